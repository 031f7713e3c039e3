import { TestBed } from '@angular/core/testing';
import {
  FakeEureka,
  FakeWeb,
  ManualClock,
  ManualPage,
  provideRxMeshTesting,
  RecordingDiagnostics,
} from 'rx-mesh/testing';
import { settled } from '../../../spec-support/settled';
import { REGISTRY_FETCH } from '../registry/registry-request';
import type { RegistrySnapshot } from '../registry-source';
import { EUREKA, type EurekaOptions } from './eureka-options';
import { EurekaService } from './eureka-service';

const PERIOD = 30_000;
const URL_OF_IT = 'http://eureka.test/eureka';

const setUp = (options: Partial<EurekaOptions> = {}) => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      EUREKA.provide({ url: URL_OF_IT, ...options }),
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const diagnostics = TestBed.inject(RecordingDiagnostics);
  const eureka = new FakeEureka({ clock });
  web.host(URL_OF_IT, eureka.handle);
  eureka.register({ app: 'orders', id: 'a', hostName: 'a.test' });
  const seen: RegistrySnapshot[] = [];
  const errors: unknown[] = [];
  const watch = async () => {
    const subscription = TestBed.inject(EurekaService)
      .watch()
      .subscribe({
        next: (each) => seen.push(each),
        error: (error: unknown) => errors.push(error),
      });
    await settled();
    return subscription;
  };
  const pass = async (ms = PERIOD) => {
    clock.advance(ms);
    await settled();
  };
  const asked = () => web.requests.map(({ url }) => url.slice(URL_OF_IT.length));
  const ids = () => [...(seen.at(-1)?.values() ?? [])].flat().map(({ id }) => id);
  const answer = (body: string | object) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    web.host(URL_OF_IT, async () => Promise.resolve(new Response(text)));
  };
  return { web, clock, diagnostics, eureka, seen, errors, watch, pass, asked, ids, answer };
};

describe(`${EurekaService.name} in an outage`, () => {
  it('keeps what it knows, asks again with growing rests, and tells it once', async () => {
    const { web, watch, pass, asked, errors, seen, diagnostics } = setUp();
    await watch();
    web.down = true;
    await pass();
    const before = asked().length;
    for (let second = 0; second < 60; second++) await pass(1000);

    expect(asked().length - before).toBeGreaterThan(3);
    expect(asked().length - before).toBeLessThan(9);
    expect(seen).toHaveLength(1);
    expect(errors).toEqual([]);
    expect(diagnostics.codes).toEqual(['RXM306']);
    expect(diagnostics.records[0]).toMatchObject({
      severity: 'warning',
      source: 'EurekaService',
      cause: { code: 'RXM306', registry: 'eureka' },
    });
  });

  it('tells a second outage too', async () => {
    const { eureka, watch, pass, diagnostics, ids } = setUp();
    await watch();
    for (const status of [500, undefined, 503, undefined]) {
      eureka.failWith(status);
      await pass();
      await pass();
    }

    expect(diagnostics.codes).toEqual(['RXM306', 'RXM306']);
    expect(ids()).toEqual(['a']);
  });

  it('reads the changes after a short outage', async () => {
    const { web, watch, pass, asked } = setUp();
    await watch();
    web.down = true;
    await pass();
    web.down = false;
    await pass();

    expect(
      asked()
        .slice(1)
        .every((path) => path === '/apps/delta'),
    ).toBe(true);
  });

  it('reads all after an outage that was longer than changes are kept', async () => {
    const { web, eureka, watch, pass, asked, ids } = setUp();
    await watch();
    web.down = true;
    eureka.register({ app: 'orders', id: 'b' });
    for (let minute = 0; minute < 4; minute++) await pass(60_000);
    const before = asked().length;
    web.down = false;
    await pass(60_000);

    expect(asked()[before]).toBe('/apps');
    expect(ids()).toEqual(['a', 'b']);
  });

  it('reads all after a sleep that only the wall clock has counted', async () => {
    const { clock, watch, pass, asked } = setUp();
    await watch();
    clock.jumpWall(200_000);
    await pass();

    expect(asked()).toEqual(['/apps', '/apps']);
  });

  it('begins no reading while the page is offline', async () => {
    const { watch, pass, asked } = setUp();
    const page = TestBed.inject(ManualPage);
    page.goOffline();
    await watch();
    await pass();

    expect(asked()).toEqual([]);

    page.goOnline();
    await settled();

    expect(asked()).toEqual(['/apps']);
  });

  it('waits for a server that still reads from its peers, and forgets nothing meanwhile', async () => {
    const { eureka, watch, pass, asked, ids, diagnostics } = setUp();
    await watch();
    eureka.syncing = true;
    await pass();

    expect(ids()).toEqual(['a']);
    expect(diagnostics.records[0]?.cause).toMatchObject({ status: 403 });

    eureka.syncing = false;
    await pass();
    const before = asked().length;
    await pass();

    // It was not taken for one that tells no changes.
    expect(asked().slice(before)).toEqual(['/apps/delta']);
  });

  it('waits as long as the server asks for', async () => {
    const { web, clock, watch, asked } = setUp();
    const headers = { 'Retry-After': '100' };
    web.host(URL_OF_IT, async () => Promise.resolve(new Response('', { status: 503, headers })));
    await watch();
    clock.advance(99_000);
    await settled();

    expect(asked()).toHaveLength(1);

    clock.advance(1000);
    await settled();

    expect(asked()).toHaveLength(2);
  });

  it('waits until the date for which the server asks', async () => {
    const { web, clock, watch, asked } = setUp();
    const headers = { 'Retry-After': new Date(clock.now() + 100_000).toUTCString() };
    web.host(URL_OF_IT, async () => Promise.resolve(new Response('', { status: 503, headers })));
    await watch();
    clock.advance(99_000);
    await settled();

    expect(asked()).toHaveLength(1);
  });

  it('gives an answer no more than its time', async () => {
    const { web, watch, pass, diagnostics, clock } = setUp({ requestTimeout: 500 });
    web.host(URL_OF_IT, async () => new Promise<never>(() => undefined));
    const subscription = await watch();
    await pass(500);

    expect(diagnostics.records[0]?.cause).toMatchObject({ failure: { timeout: 500 } });

    subscription.unsubscribe();

    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('reports an authorization that cannot be sent, without it', async () => {
    const { watch, diagnostics, asked } = setUp({ authorization: () => 'hunter2\n' });
    await watch();

    expect(asked()).toEqual([]);
    expect(diagnostics.codes).toEqual(['RXM306']);
    expect(String(diagnostics.records[0]?.cause)).toMatch('RXM101');
    expect(String(diagnostics.records[0]?.cause)).not.toMatch('hunter2');
  });
});

describe(`${EurekaService.name}, given an answer without instances`, () => {
  it('does not believe it at once where some were known, and tells that once', async () => {
    const { eureka, watch, pass, asked, seen, diagnostics } = setUp();
    await watch();
    eureka.restart();
    await pass();
    await pass();

    expect(asked()).toEqual(['/apps', '/apps/delta', '/apps', '/apps']);
    expect(seen).toHaveLength(1);
    expect(diagnostics.codes).toEqual(['RXM308']);
    expect(diagnostics.records[0]).toMatchObject({ severity: 'warning', source: 'EurekaService' });
  });

  it('believes it after the grace', async () => {
    const { eureka, watch, pass, seen, diagnostics } = setUp();
    await watch();
    eureka.restart();
    for (let round = 0; round < 4; round++) await pass();

    expect(seen.at(-1)?.size).toBe(0);
    expect(diagnostics.codes).toEqual(['RXM308']);
  });

  it('has a new grace after an answer with instances', async () => {
    const { eureka, watch, pass, ids, diagnostics } = setUp();
    await watch();
    eureka.restart();
    await pass();
    await pass();
    eureka.register({ app: 'orders', id: 'b' });
    await pass();

    expect(ids()).toEqual(['b']);

    eureka.restart();
    await pass();
    await pass();

    expect(ids()).toEqual(['b']);
    expect(diagnostics.codes).toEqual(['RXM308', 'RXM308']);
  });

  it('believes it at once without a grace, and at first', async () => {
    const { eureka, watch, pass, seen, diagnostics } = setUp({ emptyGrace: 0 });
    eureka.restart();
    await watch();

    expect(seen.map(({ size }) => size)).toEqual([0]);

    eureka.register({ app: 'orders', id: 'b' });
    await pass();
    eureka.restart();
    await pass();

    expect(seen.map(({ size }) => size)).toEqual([0, 1, 0]);
    expect(diagnostics.records).toEqual([]);
  });

  it('believes farewells at once', async () => {
    const { eureka, watch, pass, seen, asked, diagnostics } = setUp();
    await watch();
    eureka.cancel('a');
    await pass();

    expect(asked()).toEqual(['/apps', '/apps/delta']);
    expect(seen.at(-1)?.size).toBe(0);
    expect(diagnostics.records).toEqual([]);
  });
});

describe(`${EurekaService.name}, given what it cannot use`, () => {
  it('leaves bad instances out, and tells once as long as there are some', async () => {
    const { eureka, watch, pass, ids, diagnostics } = setUp();
    eureka.register({ app: 'orders', id: 'b', port: 0 });
    eureka.register({ app: 'orders', id: 'c', hostName: 'user@evil' });
    await watch();
    await pass();

    expect(ids()).toEqual(['a']);
    expect(diagnostics.codes).toEqual(['RXM305']);
    expect(diagnostics.records[0]?.message).toMatch('eureka lists 2 instances that cannot be used');
    expect(String(diagnostics.records[0]?.cause)).toMatch('eureka[ORDERS][b] has the port 0');

    eureka.cancel('b');
    eureka.cancel('c');
    await pass();
    eureka.register({ app: 'orders', id: 'd', port: 0 });
    await pass();

    expect(diagnostics.codes).toEqual(['RXM305', 'RXM305']);
  });

  it('counts bad instances for the hash all the same', async () => {
    const { eureka, watch, pass, asked } = setUp();
    eureka.register({ app: 'orders', id: 'b', port: 0 });
    await watch();
    await pass();

    expect(asked()).toEqual(['/apps', '/apps/delta']);
  });

  it('leaves out an instance of which the application cannot make a URL', async () => {
    const instanceUrl = ({ id }: { id: string }): string => {
      if (id === 'b') throw new Error('no route');
      return `/mesh/${id}`;
    };
    const { eureka, watch, ids, diagnostics } = setUp({ instanceUrl });
    eureka.register({ app: 'orders', id: 'b' });
    await watch();

    expect(ids()).toEqual(['a']);
    expect(diagnostics.records[0]?.cause).toEqual(new Error('no route'));
  });

  it.each([
    ['<applications/>', 'XML or HTML. A proxy must pass the header Accept on'],
    ['{"applications"', 'no list of applications'],
    ['{"application":[]}', 'no list of applications'],
    ['', 'no list of applications'],
    ['null', 'no list of applications'],
  ])('takes %j for no answer, and keeps what it knows', async (body, message) => {
    const { watch, pass, answer, ids, errors, diagnostics } = setUp();
    await watch();
    answer(body);
    await pass();

    expect(ids()).toEqual(['a']);
    expect(errors).toEqual([]);
    expect(String(diagnostics.records[0]?.cause)).toMatch(message);
  });

  it('reads all when an answer of changes has no hash', async () => {
    const { answer, asked, watch, pass } = setUp();
    await watch();
    answer({ applications: { application: [] } });
    await pass();

    expect(asked()).toEqual(['/apps', '/apps/delta', '/apps']);
  });

  it('takes names that are traps for names', async () => {
    const { eureka, watch, seen } = setUp();
    eureka.register({ app: '__proto__', id: 'constructor', metadata: { constructor: 'x' } });
    await watch();

    expect([...(seen[0]?.keys() ?? [])].sort()).toEqual(['__proto__', 'orders']);
    expect(seen[0]?.get('__proto__')?.[0]?.id).toBe('constructor');
  });
});
