import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { watched } from '../../spec-support/socket-world';
import { SOCKET_FACTORY } from './socket-like';
import { SOCKET_PAGE } from './socket-page';
import { WebSocketService } from './web-socket-service';
import { webSocketTransport } from './web-socket-transport';

describe(`${WebSocketService.name} on a server`, () => {
  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  });

  it('has no sockets, and completes at once', () => {
    const connection = TestBed.inject(WebSocketService).connect('/events?token=secret');

    expect(TestBed.inject(SOCKET_FACTORY)).toBeUndefined();
    expect(watched(connection).heard).toEqual(['completed']);
    expect(watched(TestBed.inject(SOCKET_PAGE)).heard).toEqual(['completed']);
    expect([connection.url, connection.state()]).toEqual(['/events', 'closed']);
    expect(watched(connection.send('a')).heard).toMatchObject([{ code: 'RXM414', url: '/events' }]);
  });

  it('has a transport that receives nothing, and cannot send', () => {
    const transport = TestBed.runInInjectionContext(() => webSocketTransport({ url: '/events' }));
    const message = { id: '1', topic: 'a', headers: {}, payload: 1, timestamp: 1 };

    expect(watched(transport.receive('a')).heard).toEqual(['completed']);
    expect(watched(transport.send(message)).heard).toMatchObject([{ code: 'RXM414' }]);
    expect(watched(transport.state$).heard[0]).toBe('disconnected');
  });
});
