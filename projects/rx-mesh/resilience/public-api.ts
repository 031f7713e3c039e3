// By star, theme by theme: a bundler looks only into the themes that are used, and what a lazy page uses of another
// stays with that page.
export * from './api/throttle';
export * from './api/limits';
export * from './api/core';
export * from './api/chaos';
export * from './api/presets';
export * from './api/fallbacks';
export * from './api/rate-limits';
export * from './api/hedging';
export * from './api/interceptor';
export * from './api/sharing';
