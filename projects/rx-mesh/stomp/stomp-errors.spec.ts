import {
  StompLoginError,
  StompOutcomeUnknownError,
  StompRefusedError,
  isStompLoginError,
  isStompOutcomeUnknownError,
  isStompRefusedError,
} from './stomp-errors';

describe('the errors of STOMP', () => {
  it.each([
    [
      new StompOutcomeUnknownError('m1', 'a.b', 'timeout'),
      isStompOutcomeUnknownError,
      'RXM416',
      'Whether the broker has the message "m1" to "a.b" is not known: the broker did not say so in time.',
    ],
    [
      new StompOutcomeUnknownError('m1', 'a.b', 'closed'),
      isStompOutcomeUnknownError,
      'RXM416',
      'the application ended first. Send it again with the same id',
    ],
    [
      new StompLoginError('wss://a.test/ws', 'Access refused'),
      isStompLoginError,
      'RXM417',
      'The broker at wss://a.test/ws refuses the connection: "Access refused".',
    ],
    [
      new StompRefusedError('message', 'a.b', 'STOMP died'),
      isStompRefusedError,
      'RXM419',
      'The broker refuses a message to "a.b": "STOMP died".',
    ],
    [
      new StompRefusedError('subscription', 'a.>', 'no'),
      isStompRefusedError,
      'RXM419',
      'The broker refuses a subscription to "a.>": "no".',
    ],
  ])('are known by their code: %s', (error, guard, code, message) => {
    expect([guard(error), guard(new Error(code)), error.code]).toEqual([true, false, code]);
    expect(error.message).toContain(message);
  });
});
