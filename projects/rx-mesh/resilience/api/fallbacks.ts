export { type FallbackOptions, fallbackPolicy } from '../fallback-policy';
export { type LastAnswer, LastAnswers, type LastAnswersOptions } from '../last-answers';
export { type OnlineOptions, onlinePolicy } from '../online-policy';
export { singleFlightPolicy } from '../single-flight-policy';
export { stalePolicy } from '../stale-policy';
