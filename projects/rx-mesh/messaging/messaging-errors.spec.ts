import {
  InvalidMessageError,
  InvalidTopicError,
  MessageTooLargeError,
  NoResponderError,
  QueueFullError,
  RequestFailedError,
  RequestTimeoutError,
  isInvalidMessageError,
  isInvalidTopicError,
  isMessageTooLargeError,
  isNoResponderError,
  isQueueFullError,
  isRequestFailedError,
  isRequestTimeoutError,
} from './messaging-errors';

const errors = [
  [
    'RXM400',
    new MessageTooLargeError(2, 1),
    isMessageTooLargeError,
    /^A message of 2 bytes is above the limit of 1\./,
  ],
  [
    'RXM401',
    new InvalidMessageError('field', 'its id is missing'),
    isInvalidMessageError,
    /its id is missing/,
  ],
  ['RXM402', new InvalidTopicError('a"b', 'well'), isInvalidTopicError, /^"a\\"b" must be well\.$/],
  [
    'RXM403',
    new RequestTimeoutError('a', 5),
    isRequestTimeoutError,
    /"a" had no answer within 5 ms/,
  ],
  ['RXM404', new NoResponderError('a'), isNoResponderError, /^Nobody responds to "a"\./],
  ['RXM405', new QueueFullError('a', 5), isQueueFullError, /"a" is full: 5 messages/],
  ['RXM408', new RequestFailedError('a', 'why'), isRequestFailedError, /"a" failed: why/],
] as const;

describe('errors of messages', () => {
  it.each(errors)('have the code %s, a guard and words', (code, error, isOne, words) => {
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
    expect(isOne(error)).toBe(true);
    expect(errors.filter(([, other]) => isOne(other))).toHaveLength(1);
    expect(isOne(new Error('other'))).toBe(false);
  });
});
