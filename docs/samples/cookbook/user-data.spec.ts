import { deserialize, serialize } from 'node:v8';
import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { DistributedCachingService, InMemoryRemoteCache, REMOTE_CACHE } from 'rx-mesh/caching';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject, of } from 'rxjs';
import { see } from './spec-support/see';
import { CurrentUser, SignOut, shopProviders } from './user-data';

// What jsdom leaves out.
globalThis.structuredClone = <T>(value: T): T => deserialize(serialize(value)) as T;

/** One computer that two people use; what stands in for IndexedDB outlives the page. */
function computer() {
  const disk = new InMemoryRemoteCache({ capabilities: { shared: false, durable: true } });
  return () => {
    TestBed.resetTestingModule().configureTestingModule({
      providers: [
        shopProviders,
        provideHttpClientTesting(),
        provideRxMeshTesting(),
        { provide: REMOTE_CACHE, useValue: disk },
      ],
    });
    const backend = TestBed.inject(HttpTestingController);
    return {
      cache: TestBed.inject(DistributedCachingService),
      client: TestBed.inject(HttpClient),
      requests: () => backend.match(() => true),
      signIn: (id: string) => TestBed.inject(CurrentUser).id.set(id),
      signOut: () => see(TestBed.inject(SignOut).run()),
    };
  };
}

const CACHEABLE = { headers: { 'Cache-Control': 'max-age=600' } };

describe("Recipe: never show user A's data to user B", () => {
  it('asks again for the next user, though the address is the same', () => {
    const { client, requests, signIn, signOut } = computer()();
    signIn('anna');
    see(client.get('/api/me'));
    requests()[0]?.flush('Anna', CACHEABLE);
    expect(see(client.get('/api/me')).values).toEqual(['Anna']); // remembered
    expect(requests().length).toBe(0);

    signOut();
    signIn('bob');
    const bob = see(client.get('/api/me'));
    expect(bob.values).toEqual([]);
    requests()[0]?.flush('Bob', CACHEABLE);
    expect(bob.values).toEqual(['Bob']);
  });

  it('keeps nothing of Anna on the disk after she has signed out, and gives Bob nothing if she has not', () => {
    const open = computer();
    const first = open();
    first.signIn('anna');
    see(first.cache.set('basket', ['tea']));

    const second = open(); // the page was closed, without a sign-out
    second.signIn('bob');
    expect(see(second.cache.get('basket')).values).toEqual([null]);
    second.signIn('anna');
    expect(see(second.cache.get('basket')).values).toEqual([['tea']]);
    second.signOut();

    const third = open();
    third.signIn('anna');
    expect(see(third.cache.get('basket')).values).toEqual([null]);
  });

  it('drops what was on its way when the user changed', () => {
    const { cache, signIn } = computer()();
    signIn('anna');
    const late = new Subject<string>();
    see(cache.get('profile', () => late));
    signIn('bob');
    expect(see(cache.get('profile', () => of('Bob'))).values).toEqual(['Bob']);
    late.next('Anna');
    late.complete();
    expect(see(cache.get('profile')).values).toEqual(['Bob']);
  });
});
