import { TestBed } from '@angular/core/testing';
import { firstValueFrom } from 'rxjs';
import { NatsWorld } from '../spec-support/nats-world';
import { NatsConnection } from './nats-connection';

const world = new NatsWorld();

beforeAll(() => world.start());
afterAll(() => world.dispose());

describe(`${NatsConnection.name} at a real server`, () => {
  it('opens at the first use, and closes after the last', async () => {
    const nats = world.application().get(NatsConnection);
    const states: string[] = [];
    nats.state$.subscribe((state) => states.push(state));
    const rtt = await firstValueFrom(
      nats.run((client) => client.rtt()),
      { defaultValue: -1 },
    );
    await world.until(async () => (await world.server.clients()) === 0);

    expect(rtt).toBeGreaterThanOrEqual(0);
    expect(states).toEqual(['idle', 'connecting', 'connected', 'idle']);

    TestBed.resetTestingModule();
  });
});
