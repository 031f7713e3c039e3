// The first level of the cache, as it is in the source: a hit and a set against lru-cache and TanStack Query, a tag with ten
// keys against one with ten thousand, and what is held after a million keys.
import { QueryClient } from '@tanstack/query-core';
import { LRUCache } from 'lru-cache';
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { systemClock } from 'rx-mesh/kernel';
import { CACHE } from './projects/rx-mesh/caching/cache-options';
import { LocalCache } from './projects/rx-mesh/caching/local/local-cache';
import { LOCAL_CACHE } from './projects/rx-mesh/caching/local/local-cache-options';

const SIZE = 1000;
const MANY = 1_000_000;
const keys = Array.from({ length: SIZE }, (_, at) => `some/prefix/of/a/longer/key/${at}`);
const others = Array.from({ length: 200_000 }, (_, at) => `another/prefix/of/a/longer/key/${at}`);
const random = { next: () => Math.random() };
const plain = CACHE.resolve();
const endless = CACHE.resolve({ ttl: Infinity });
const tagged = CACHE.resolve({ tags: ['some', 'more', 'tags'] });

function each(list, work) {
  let next = 0;
  return () => {
    if (++next === list.length) next = 0;
    return work(list[next]);
  };
}

function localCache(options, values) {
  const cache = new LocalCache(LOCAL_CACHE.resolve(values), { clock: systemClock, random });
  for (const key of keys) cache.store(key, key, options, 'set');
  return cache;
}

function lruCache(options) {
  const cache = new LRUCache({ max: SIZE, ...options });
  for (const key of keys) cache.set(key, key);
  return cache;
}

function queries() {
  const client = new QueryClient();
  for (const key of keys) client.setQueryData([key], key);
  return client;
}

const ours = (options, work, list = keys) => {
  const cache = localCache(options);
  return [
    `LocalCache.${work}`,
    each(list, (key) => (work === 'get' ? cache.get(key) : cache.store(key, key, options, 'set'))),
  ];
};
const lru = (work, list = keys, options = {}) => {
  const cache = lruCache(options);
  return [
    `lru-cache${options.ttl ? ' with ttl' : ''}`,
    each(list, (key) => (work === 'get' ? cache.get(key) : cache.set(key, key))),
  ];
};
const query = (work) => {
  const client = queries();
  const lists = keys.map((key) => [key]);
  let value = 0;
  return [
    'TanStack Query',
    each(lists, (key) =>
      work === 'get' ? client.getQueryData(key) : client.setQueryData(key, ++value),
    ),
  ];
};
const ttl = { ttl: 300_000 };

/** One tag made void and one read, where the tag has some keys. */
function invalidation(count) {
  const cache = localCache(plain, { maxEntries: 20_000 });
  for (let at = 0; at < count; at++)
    cache.store(`tagged/${at}`, at, CACHE.resolve({ tags: ['one'] }), 'set');
  return [`a tag of ${count} keys`, () => cache.invalidateTags(['one'])];
}

export const pairs = [
  { what: 'a hit; at most 3', ours: ours(plain, 'get'), peer: lru('get') },
  { what: 'a hit, of a value that has no end', ours: ours(endless, 'get'), peer: lru('get') },
  { what: 'a hit, of a value with three tags', ours: ours(tagged, 'get'), peer: lru('get') },
  {
    what: 'a hit, against one that looks at the time',
    ours: ours(plain, 'get'),
    peer: lru('get', keys, ttl),
  },
  { what: 'a hit; at most 0.1', ours: ours(plain, 'get'), peer: query('get') },
  { what: 'the same, of a value that has no end', ours: ours(endless, 'get'), peer: query('get') },
  { what: 'a set of a key that is there; at most 3', ours: ours(plain, 'set'), peer: lru('set') },
  {
    what: 'the same, against one that looks at the time',
    ours: ours(plain, 'set'),
    peer: lru('set', keys, ttl),
  },
  { what: 'the same', ours: ours(plain, 'set'), peer: query('set') },
  {
    what: 'a set of a new key, and one goes',
    ours: ours(plain, 'set', others),
    peer: lru('set', others),
  },
  {
    what: 'the same, against one that looks at the time',
    ours: ours(plain, 'set', others),
    peer: lru('set', others, ttl),
  },
  {
    what: 'to read the clock, as each of ours does',
    ours: ['the clock', () => systemClock.monotonic()],
    peer: lru('get'),
  },
  { what: 'to make a tag void; 1 is flat', ours: invalidation(10_000), peer: invalidation(10) },
];

/** What a cache of a thousand entries holds after so many keys, a third of them with tags and dependencies. */
function heapAfter(count, gc) {
  const cache = localCache(plain);
  const before = heap(gc);
  for (let at = 0; at < count; at++) {
    const own =
      at % 3 ? plain : CACHE.resolve({ tags: [`tag/${at}`], dependencies: [`row/${at}`] });
    const key = `key/${at}`;
    const capture = at % 5 ? undefined : cache.capture(key, own);
    cache.store(key, at, own, capture ? 'load' : 'set', capture);
    if (at % 7 === 0) cache.delete(`key/${at - 7}`);
  }
  const held = heap(gc) - before;
  return `${count} keys in turn: ${(held / 1024).toFixed(0)} kB more are held, ${cache.size} entries`;
}

function heap(gc) {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

export function report() {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  return [heapAfter(20_000, gc), heapAfter(MANY, gc)];
}
