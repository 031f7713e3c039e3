import {
  SocketClosedError,
  SocketSendError,
  SocketUnavailableError,
  SocketUrlError,
  isSocketClosedError,
  isSocketSendError,
  isSocketUnavailableError,
  isSocketUrlError,
} from './socket-errors';

const URL_OF_A = 'wss://a.test/x';

describe('the errors of sockets', () => {
  it.each([
    [
      new SocketClosedError(URL_OF_A, 4401, 'who?'),
      isSocketClosedError,
      'RXM410',
      'The server closed wss://a.test/x for good with 4401 "who?".',
    ],
    [
      new SocketClosedError(URL_OF_A, 1008, ''),
      isSocketClosedError,
      'RXM410',
      'The server closed wss://a.test/x for good with 1008.',
    ],
    [
      new SocketSendError(URL_OF_A, 'full'),
      isSocketSendError,
      'RXM412',
      'A message to wss://a.test/x was not sent: the outbox is full.',
    ],
    [
      new SocketUrlError('a', 'a path'),
      isSocketUrlError,
      'RXM413',
      'No socket is opened to "a": it must be a path.',
    ],
    [
      new SocketUnavailableError(URL_OF_A),
      isSocketUnavailableError,
      'RXM414',
      'No socket can be opened to wss://a.test/x here.',
    ],
  ])('are known by their code: %s', (error, guard, code, message) => {
    expect([guard(error), guard(new Error(code)), error.code]).toEqual([true, false, code]);
    expect(error.message).toContain(message);
  });
});
