// By star, theme by theme: a bundler looks only into the themes that are used, and what a lazy page uses of another
// stays with that page.
export * from './api/alerting';
export * from './api/dashboard';
export * from './api/facade';
export * from './api/grafana';
export * from './api/monitors';
export * from './api/otlp';
export * from './api/prometheus';
export * from './api/recording';
export * from './api/resources';
export * from './api/slo';
export * from './api/tabs';
