import { InMemoryRemoteCache, isRemoteCacheError } from 'rx-mesh/caching';
import { type Observable } from 'rxjs';
import { SwitchableRemote } from './switchable-remote';

const all = (asked$: Observable<unknown>) => {
  const got: unknown[] = [];
  asked$.subscribe({
    next: (value) => got.push(value),
    error: (error: unknown) => got.push(isRemoteCacheError(error) && error.failure),
    complete: () => got.push('done'),
  });
  return got;
};

describe(SwitchableRemote.name, () => {
  it('passes on what is asked, and counts', () => {
    const remote = new SwitchableRemote(new InMemoryRemoteCache());
    expect([remote.name, remote.capabilities.durable]).toEqual(['memory', false]);
    expect(all(remote.write([{ key: 'a', text: 'b', ttl: 1000 }]))).toEqual(['done']);
    expect(all(remote.read(['a', 'c']))).toEqual([['b', undefined], 'done']);
    expect(all(remote.delete(['a']))).toEqual(['done']);
    expect(all(remote.read(['a']))).toEqual([[undefined], 'done']);
    expect(remote.counts()).toEqual({ reads: 2, written: 1, writtenSince: 1, refused: 0 });
  });

  it('refuses all while it is down, and has kept what it had', () => {
    const remote = new SwitchableRemote(new InMemoryRemoteCache());
    all(remote.write([{ key: 'a', text: 'b', ttl: 1000 }]));
    remote.switch(true);
    expect(remote.down()).toBe(true);
    for (const asked$ of [
      remote.read(['a']),
      remote.write([{ key: 'a', text: 'c', ttl: 1000 }]),
      remote.delete(['a']),
    ]) {
      expect(all(asked$)).toEqual(['unreachable']);
    }
    remote.switch(false);
    expect(all(remote.read(['a']))).toEqual([['b'], 'done']);
    all(remote.write([{ key: 'd', text: 'e', ttl: 1000 }]));
    expect(remote.counts()).toEqual({ reads: 1, written: 2, writtenSince: 1, refused: 3 });
  });
});
