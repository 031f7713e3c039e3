import { ManualClock } from 'rx-mesh/testing';
import { lastValueFrom } from 'rxjs';
import { describeRemoteCache } from '../../spec-support/contracts/remote-cache';
import { InMemoryRemoteCache } from './in-memory-remote-cache';

describeRemoteCache('InMemoryRemoteCache', () => {
  const clock = new ManualClock();
  const pass = async (time: number) => {
    clock.advance(time);
    return Promise.resolve();
  };
  return { remote: new InMemoryRemoteCache({ clock }), pass };
});

describe(InMemoryRemoteCache.name, () => {
  const read = async (remote: InMemoryRemoteCache, ...keys: readonly string[]) =>
    lastValueFrom(remote.read(keys), { defaultValue: undefined });
  const write = (remote: InMemoryRemoteCache, ...keys: readonly string[]) => {
    remote.write(keys.map((key) => ({ key, text: `of ${key}`, ttl: 1000 }))).subscribe();
  };

  it('keeps no more than it may, and drops what was written first', async () => {
    const remote = new InMemoryRemoteCache({ maxEntries: 2, clock: new ManualClock() });
    write(remote, 'a', 'b');
    write(remote, 'a', 'c');

    expect(remote.size).toBe(2);
    expect(await read(remote, 'a', 'b', 'c')).toEqual(['of a', undefined, 'of c']);
  });

  it('drops first what ends soonest: what makes others void is there longer than these', async () => {
    const remote = new InMemoryRemoteCache({ maxEntries: 2, clock: new ManualClock() });
    remote.write([{ key: 'mark', text: '1', ttl: 2000 }]).subscribe();
    write(remote, 'a', 'b', 'c');

    expect(await read(remote, 'mark', 'a', 'b', 'c')).toEqual(['1', undefined, undefined, 'of c']);
  });

  it('forgets what it finds outdated, and says what it is', () => {
    const clock = new ManualClock();
    const remote = new InMemoryRemoteCache({ clock });
    write(remote, 'a', 'b');
    clock.advance(1000);
    remote.read(['a']).subscribe();

    expect(remote.size).toBe(1);
    expect(remote.capabilities).toEqual({ shared: false, durable: false });
    expect(
      new InMemoryRemoteCache({ capabilities: { shared: true, durable: true } }),
    ).toMatchObject({
      name: 'memory',
      capabilities: { shared: true, durable: true },
    });
  });

  it('reads the clock of the platform by itself', async () => {
    const remote = new InMemoryRemoteCache();
    write(remote, 'a');

    expect(await read(remote, 'a')).toEqual(['of a']);
  });
});
