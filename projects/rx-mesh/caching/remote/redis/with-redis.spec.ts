import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { EMPTY } from 'rxjs';
import { fakeRedisWeb, noted } from '../../../spec-support/fake-redis-web';
import { settled } from '../../../spec-support/settled';
import { REMOTE_CACHE } from '../../remote-cache';
import type { RedisOptions } from './redis-options';
import { RedisRemoteCache, withRedis } from './with-redis';

const refusal = (options: RedisOptions): unknown => {
  try {
    return withRedis(options);
  } catch (error) {
    return error;
  }
};

describe(RedisRemoteCache.name, () => {
  it('is the second level, over the service', async () => {
    const answers: Record<string, string> = { MGET: '["x",null]', SET: '[true,"OK"]', DEL: '1' };
    const { bodies } = fakeRedisWeb(({ body }) => {
      const [name = ''] = body.split('/');
      return new Response(`{"${name}":${answers[name]}}`);
    });
    const remote = TestBed.inject(REMOTE_CACHE);
    const told = [
      remote?.write([{ key: 'a', text: 'x', ttl: 1.5 }]),
      remote?.read(['a', 'b']),
      remote?.delete(['a', 'b']),
    ].map((work$ = EMPTY) => noted(work$));
    await settled();

    expect(told.map(({ values }) => values)).toEqual([[], [['x', undefined]], []]);
    expect(told.map(({ ends }) => ends)).toEqual([['complete'], ['complete'], ['complete']]);
    expect(bodies()).toEqual(['SET/rx%3Aa/x/PX/2', 'MGET/rx%3Aa/rx%3Ab', 'DEL/rx%3Aa/rx%3Ab']);
    expect(remote).toMatchObject({ name: 'redis', capabilities: { shared: true, durable: true } });
  });
});

describe(withRedis.name, () => {
  it('reaches from a lazy route what the options of the route say', async () => {
    const { bodies } = fakeRedisWeb(() => new Response('{"MGET":["x"]}'));
    const lazy = createEnvironmentInjector(
      [...withRedis({ url: 'http://redis.test', prefix: 'route' }).ɵproviders],
      TestBed.inject(EnvironmentInjector),
    );
    const told = noted(lazy.get(REMOTE_CACHE)?.read(['a']) ?? EMPTY);
    await settled();

    expect(told.values).toEqual([['x']]);
    expect(bodies()).toEqual(['MGET/route%3Aa']);
  });

  it.each<[RedisOptions]>([
    [{ url: '/redis' }],
    [{ url: 'http://10.0.0.1:7379' }],
    [{ url: 'https://redis.example.com/base/' }],
    [{ url: 'https://x.upstash.io', dialect: 'upstash', token: 'AbC_1=' }],
    [{ url: 'http://localhost:8080', dialect: 'upstash', token: 't' }],
    [{ url: 'http://127.0.0.1:8080', dialect: 'upstash', token: 't' }],
    [{ url: 'http://[::1]:8080', dialect: 'upstash', token: 't' }],
    [{ url: '/redis', dialect: 'upstash', token: 't' }],
    [{ url: '/redis', prefix: 'shop.v2', timeout: 1, heartbeat: 1000 }],
  ])('takes %j', (options) => {
    expect(refusal(options)).toMatchObject({ ɵkind: 'remote-cache' });
  });

  it.each<[string, RedisOptions]>([
    ['url', { url: '' }],
    ['url', { url: 'redis' }],
    ['url', { url: '//evil.example.com' }],
    ['url', { url: '/\\evil.example.com' }],
    ['url', { url: 'ftp://redis.example.com' }],
    ['url', { url: 'redis://redis.example.com' }],
    ['url', { url: 'javascript:alert(1)' }],
    ['url', { url: 'http://' }],
    ['url', { url: 'http://ann:secret@redis.example.com' }],
    ['url', { url: '/redis?token=secret' }],
    ['url', { url: 7 as never }],
    ['url', { url: 'http://redis.example.com', dialect: 'upstash', token: 'secret' }],
    ['url', { url: 'http://127.0.0.1.example.com', dialect: 'upstash', token: 'secret' }],
    ['dialect', { url: '/redis', token: 'secret' }],
    ['dialect', { url: '/redis', dialect: 'resp' as never }],
    ['token', { url: '/redis', dialect: 'upstash', token: 'sec\nret' }],
    ['prefix', { url: '/redis', prefix: '' }],
    ['prefix', { url: '/redis', prefix: 'a*' }],
    ['timeout', { url: '/redis', timeout: 0 }],
    ['heartbeat', { url: '/redis', heartbeat: Infinity }],
  ])('refuses the %s of %j, and repeats no secret', (option, options) => {
    const error = refusal(options);

    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option: `RedisOptions.${option}` });
    expect(String(error)).not.toMatch(/sec\W*ret/);
  });
});
