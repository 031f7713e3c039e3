import { TestBed } from '@angular/core/testing';
import { EVENT_LOG } from 'rx-mesh/event-sourcing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { append, readLog } from '../spec-support/contracts/event-log';
import { withJetStream } from './with-jetstream';

describe(withJetStream.name, () => {
  it('has a log in memory while a page is rendered, and connects to nothing', async () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), ...withJetStream({ stream: 'EVENTS' }).ɵproviders],
    });
    const log = TestBed.inject(EVENT_LOG);
    await append(log, 's', ['a']);

    expect(log.durability).toBe('memory');
    expect(await readLog(log)).toHaveLength(1);
  });
});
