// By star, theme by theme: a bundler looks only into the themes that are used, and what a lazy page uses of another
// stays with that page.
export * from './api/export';
export * from './api/offline';
export * from './api/more-propagators';
export * from './api/propagation';
export * from './api/page';
export * from './api/web-vitals';
export * from './api/facade';
export * from './api/spans';
export * from './api/sampling';
export * from './api/tail-sampling';
