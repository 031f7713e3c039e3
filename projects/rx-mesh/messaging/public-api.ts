// By star, theme by theme: a bundler looks only into the themes that are used, and what a lazy page uses of another
// stays with that page.
export * from './api/adapters';
export * from './api/broker';
export * from './api/setup';
export * from './api/socket';
export * from './api/socket-port';
