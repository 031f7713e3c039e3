import { TestBed } from '@angular/core/testing';
import { MESSAGE_TRANSPORT, SocketUnavailableError } from 'rx-mesh/messaging';
import { STOMP_PACKAGES, withStompTransport } from 'rx-mesh/stomp';
import { aMessage } from '../spec-support/contracts/message-transport';
import { watched } from '../spec-support/socket-world';

describe(withStompTransport.name, () => {
  it('opens and loads nothing on a server, which renders and leaves', () => {
    let loaded = 0;
    TestBed.configureTestingModule({
      providers: [
        ...withStompTransport({ url: '/ws?token=secret' }).ɵproviders,
        { provide: STOMP_PACKAGES, useValue: () => loaded++ },
      ],
    });
    const transport = TestBed.inject(MESSAGE_TRANSPORT);

    expect(watched(transport.receive('a')).heard).toEqual(['completed']);
    expect(watched(transport.send(aMessage('a'))).heard).toEqual([
      new SocketUnavailableError('/ws'),
    ]);
    expect(watched(transport.state$).heard).toEqual(['closed', 'completed']);
    expect(loaded).toBe(0);
  });
});
