// By star, theme by theme: a bundler looks only into the themes that are used, and what a lazy page uses of another
// stays with that page.
export * from './api/consul';
export * from './api/eureka';
export * from './api/kubernetes';
export * from './api/registry';
export * from './api/adapters';
export * from './api/balancing';
export * from './api/health';
export * from './api/policy';
export * from './api/services';
export * from './api/topology';
