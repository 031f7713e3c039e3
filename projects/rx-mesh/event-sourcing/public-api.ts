// By star, theme by theme: a bundler looks only into the themes that are used, and what a lazy page uses of another
// stays with that page.
export * from './api/events';
export * from './api/errors';
export * from './api/indexed-db';
export * from './api/log';
export * from './api/setup';
export * from './api/ndjson';
export * from './api/store';
export * from './api/upcasters';
export * from './api/streams';
export * from './api/projections';
export * from './api/sagas';
export * from './api/facade';
export * from './api/http';
