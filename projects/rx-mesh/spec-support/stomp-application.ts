import {
  DOCUMENT,
  type EnvironmentInjector,
  createEnvironmentInjector,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { DIAGNOSTICS, constantBackoff } from 'rx-mesh/kernel';
import { MESSAGE_TRANSPORT, SOCKET_FACTORY } from 'rx-mesh/messaging';
import { type StompTransportOptions, withStompTransport } from 'rx-mesh/stomp';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { setTimeout as wait } from 'node:timers/promises';

/** The sockets of applications to a real broker, which tell when nothing is under way any more. */
export class WatchedSockets {
  readonly #sockets = new Set<WebSocket>();
  readonly #receipts = new Map<WebSocket, Set<string>>();
  #happened = 0;

  /** How many are open. */
  get open(): number {
    return [...this.#sockets].filter(({ readyState }) => readyState < 2).length;
  }

  /** As `SOCKET_FACTORY` has it. */
  readonly factory = (url: string, protocols: readonly string[]): WebSocket => {
    const socket = new WebSocket(url, [...protocols]);
    const waiting = new Set<string>();
    this.#sockets.add(socket);
    this.#receipts.set(socket, waiting);
    const note = (): void => {
      this.#happened++;
    };
    const send = socket.send.bind(socket);
    socket.send = (data: string) => {
      note();
      const receipt = /\nreceipt:(.*)/.exec(data)?.[1];
      if (receipt !== undefined) waiting.add(receipt);
      if (data.startsWith('CONNECT\n')) waiting.add('CONNECT');
      send(data);
    };
    socket.addEventListener('open', note);
    socket.addEventListener('message', ({ data }) => {
      note();
      waiting.delete('CONNECT');
      for (const [, id] of String(data).matchAll(/^RECEIPT\nreceipt-id:(.*)/gm)) {
        if (id !== undefined) waiting.delete(id);
      }
    });
    note();
    return socket;
  };

  /** Sends a frame over the oldest one that is open. */
  send(frame: string): void {
    [...this.#sockets].find(({ readyState }) => readyState === 1)?.send(frame);
  }

  /** Waits until all receipts are there and nothing has happened for a while: counted in turns, for a machine may be slow. */
  async quiet(turns = 12): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      const before = this.#happened;
      await wait(5);
      if (before !== this.#happened || this.#waits()) turn = 0;
    }
  }

  #waits(): boolean {
    return [...this.#sockets].some((socket) => {
      const { readyState } = socket;
      return readyState === 0 || (readyState === 1 && this.#receipts.get(socket)?.size !== 0);
    });
  }
}

/** An application with a transport to a real broker, and with the time of the machine. */
export function stompApplication(
  parent: EnvironmentInjector,
  options: StompTransportOptions,
  sockets: WatchedSockets,
) {
  const diagnostics = new RecordingDiagnostics();
  const injector = createEnvironmentInjector(
    [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: DOCUMENT, useValue: { defaultView: null, baseURI: 'http://page.test/' } },
      { provide: DIAGNOSTICS, useValue: diagnostics },
      { provide: SOCKET_FACTORY, useValue: sockets.factory },
      ...withStompTransport({
        login: 'guest',
        passcode: 'guest',
        linger: 0,
        backoff: constantBackoff(50),
        ...options,
      }).ɵproviders,
    ],
    parent,
  );
  return { diagnostics, injector, transport: injector.get(MESSAGE_TRANSPORT) };
}
