import { TestBed } from '@angular/core/testing';
import { of } from 'rxjs';
import { CacheService } from './cache-service';
import { DistributedCachingService } from './distributed-caching-service';
import { InMemoryRemoteCache } from './remote/in-memory-remote-cache';
import { REMOTE_CACHE } from './remote-cache';
import { withCaching } from './with-caching';

describe('caching on a server', () => {
  it('gives values, and leaves nothing behind that keeps a process alive', () => {
    TestBed.configureTestingModule({
      providers: [
        ...withCaching({ scope: () => () => 'ann' }).ɵproviders,
        { provide: REMOTE_CACHE, useFactory: () => new InMemoryRemoteCache() },
      ],
    });
    const cache = TestBed.inject(DistributedCachingService);
    expect(TestBed.inject(CacheService)).toBe(cache);
    const values: unknown[] = [];
    const put = {
      next: (value: unknown) => values.push(value),
      error: (e: unknown) => values.push(e),
    };
    cache.get('k', () => of(1)).subscribe(put);
    cache.get('k', () => of(2)).subscribe(put);
    cache.cacheStats$.subscribe(put);
    expect(values.slice(0, 2)).toEqual([1, 1]);
  });
});
