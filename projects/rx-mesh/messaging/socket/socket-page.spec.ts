import { TestBed } from '@angular/core/testing';
import { FakeSocket, FakeSockets } from 'rx-mesh/testing';
import { watched } from '../../spec-support/socket-world';
import { SOCKET_FACTORY, sizeOf } from './socket-like';
import { SOCKET_PAGE } from './socket-page';

const transition = (type: string, persisted: boolean) =>
  Object.assign(new Event(type), { persisted });

describe('SOCKET_PAGE', () => {
  it('tells when the page goes into the back/forward cache, comes back, and is looked at', () => {
    const { heard, leave } = watched(TestBed.inject(SOCKET_PAGE));
    window.dispatchEvent(transition('pagehide', true));
    window.dispatchEvent(transition('pageshow', true));
    window.dispatchEvent(transition('pageshow', false));
    window.dispatchEvent(transition('pagehide', false));
    document.dispatchEvent(new Event('visibilitychange'));
    document.dispatchEvent(new Event('resume'));
    const state = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    state.mockRestore();
    leave();
    document.dispatchEvent(new Event('resume'));

    expect(heard).toEqual(['away', 'back', 'seen', 'seen']);
  });
});

describe('SOCKET_FACTORY', () => {
  it('is the WebSocket of the window', () => {
    const sockets = new FakeSockets();
    const Socket = jest.fn((url: string, protocols: readonly string[]) =>
      sockets.factory(url, protocols),
    );
    const original = window.WebSocket;
    window.WebSocket = Socket as unknown as typeof WebSocket;
    const socket = TestBed.inject(SOCKET_FACTORY)?.('wss://a.test', ['v1']);
    window.WebSocket = original;

    expect(socket).toBeInstanceOf(FakeSocket);
    expect(Socket.mock.calls).toEqual([['wss://a.test', ['v1']]]);
  });
});

describe('sizeOf', () => {
  it.each(['', 'abc', 'é', '€', '😀', 'a😀é€', '\ud800'])('counts the bytes of %j', (text) => {
    expect(sizeOf(text)).toBe(new TextEncoder().encode(text).length);
  });

  it('counts bytes, of a blob too', () => {
    const bytes = new Uint8Array(7);

    expect([sizeOf(bytes), sizeOf(bytes.buffer), sizeOf(new Blob(['abc']))]).toEqual([7, 7, 3]);
  });
});
