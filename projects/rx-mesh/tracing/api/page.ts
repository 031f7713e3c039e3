export { type LongTaskSpanOptions, longTaskSpans } from '../page/long-task-spans';
export { type NavigationSpanOptions, navigationSpans } from '../page/navigation-spans';
export { type RouterLike } from '../page/router-events';
