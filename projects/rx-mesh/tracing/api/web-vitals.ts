export {
  type EntryObserver,
  type EntryObserverConstructor,
  PERFORMANCE_OBSERVER,
} from '../page/performance-observer';
export {
  type OnWebVital,
  type WebVital,
  type WebVitalsModule,
  webVitalSpans,
} from '../page/web-vital-spans';
