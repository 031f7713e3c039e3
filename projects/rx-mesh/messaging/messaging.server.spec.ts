import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { watched } from '../spec-support/messaging-world';
import { withBroadcastChannel } from './adapters/broadcast-channel-transport';
import { TAB_CHANNELS } from './adapters/tab-channels';
import { EventBusService } from './event-bus-service';
import { MessageBrokerService } from './message-broker-service';
import { MESSAGE_TRANSPORT } from './message-transport';

describe('messages on a server', () => {
  it('stay in one injector, with the transport of tabs too', () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), ...withBroadcastChannel().ɵproviders],
    });
    const broker = TestBed.inject(MessageBrokerService);
    const bus = TestBed.inject(EventBusService);
    const handled = watched(broker.consume('a', () => undefined));
    const heard = watched(bus.on('a'));
    bus.publish({ type: 'a' });
    handled.stop();
    heard.stop();

    expect(TestBed.inject(TAB_CHANNELS)).toBeUndefined();
    expect(TestBed.inject(MESSAGE_TRANSPORT).name).toBe('broadcast-channel');
    expect(handled.values).toMatchObject([{ type: 'acked' }]);
    expect(heard.values).toEqual([{ type: 'a' }]);
  });
});
