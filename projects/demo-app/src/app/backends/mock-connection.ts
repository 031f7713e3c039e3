import { type Clock } from 'rx-mesh/kernel';
import { type MockSocket, type SocketPeer } from './mock-socket';

const WAY = 25; // milliseconds, to open and to close

/** The socket of a page whose other end is the mocked broker: the service worker that hosts the rest knows of no sockets. */
export class MockConnection extends EventTarget {
  readonly #clock: Clock;
  #peer: SocketPeer | undefined;
  #readyState: 0 | 1 | 2 | 3 = 0;

  readonly bufferedAmount = 0;
  binaryType: BinaryType = 'blob';

  constructor(broker: MockSocket, clock: Clock) {
    super();
    this.#clock = clock;
    this.#later(() => {
      if (this.#readyState !== 0) return;
      this.#readyState = 1;
      this.#peer = broker.connect({
        send: (data) => {
          if (this.#readyState === 1) this.dispatchEvent(new MessageEvent('message', { data }));
        },
        close: (code) => this.#end(code),
      });
      this.dispatchEvent(new Event('open'));
    });
  }

  /** 0 to 3, as of a `WebSocket`. */
  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  /** Sends text; there is nothing else that the broker reads. */
  send(data: unknown): void {
    if (this.#readyState === 1) this.#peer?.receive(data);
  }

  /** Closes it from here. */
  close(code = 1000): void {
    if (this.#readyState > 1) return;
    this.#readyState = 2;
    this.#later(() => this.#end(code));
  }

  #end(code: number): void {
    if (this.#readyState === 3) return;
    this.#readyState = 3;
    this.#peer?.end();
    this.dispatchEvent(new CloseEvent('close', { code, wasClean: code !== 1006 }));
  }

  #later(work: () => void): void {
    this.#clock.scheduler.schedule(work, WAY);
  }
}
