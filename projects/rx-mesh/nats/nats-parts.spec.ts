import { TestBed } from '@angular/core/testing';
import * as fc from 'fast-check';
import {
  InvalidOptionError,
  constantBackoff,
  exponentialBackoff,
  isInvalidOptionError,
} from 'rx-mesh/kernel';
import { ManualClock, ManualPage, SeededRandom } from 'rx-mesh/testing';
import { natsFailure } from '../spec-support/fake-nats';
import {
  NatsConflictError,
  NatsConnectionError,
  NatsRequestError,
  NatsServerTooOldError,
  NatsValueError,
  isNatsConflictError,
  isNatsConnectionError,
  isNatsRequestError,
  isNatsServerTooOldError,
  isNatsValueError,
} from './nats-errors';
import { isAuthenticationFault, isConnectionLost, lastSequenceOf, natsError } from './nats-failure';
import { NATS_MODULES, exportsOf } from './nats-modules';
import { ReconnectPlan } from './nats-reconnect';
import { ServiceBook, urlInMetadata } from './nats-service-book';
import { checkNatsName, decodeNatsToken, encodeNatsToken } from './nats-subject';
import { requireServer, serverHas } from './nats-version';

describe(exportsOf.name, () => {
  it('finds the exports of a package that is not a module, wherever a tool has put them', () => {
    const whole = { wsconnect: 1, headers: 2 };

    expect(exportsOf({ default: whole })).toBe(whole);
    expect(exportsOf({ ...whole, default: whole })).toMatchObject(whole);
    expect(exportsOf(whole)).toBe(whole);
  });

  it('loads the packages of the client', async () => {
    const modules = TestBed.inject(NATS_MODULES);
    const [core, jetstream, kv] = [
      await modules.core(),
      await modules.jetstream(),
      await modules.kv(),
    ];

    expect([
      typeof core.wsconnect,
      typeof core.headers,
      typeof jetstream.jetstream,
      typeof kv.Kvm,
    ]).toEqual(['function', 'function', 'function', 'function']);
  });
});

describe(encodeNatsToken.name, () => {
  it.each([
    ['order-1_A', 'order-1_A'],
    ['order.1 of 2', 'order=2E1=20of=202'],
    ['*', '=2A'],
    ['>', '=3E'],
    ['', '='],
    ['=', '=3D'],
    ['ü', '=C3=BC'],
  ])('writes %j as %j, and reads it again', (text, token) => {
    expect([encodeNatsToken(text), decodeNatsToken(token)]).toEqual([token, text]);
  });

  it('makes one token of any text that a subject can hold, and another one of another text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const token = encodeNatsToken(text);

        expect(token).toMatch(/^[\w=-]+$/);
        expect(decodeNatsToken(token)).toBe(text);
      }),
    );
  });

  it.each([['a.b'], ['a b'], ['=2e'], ['=4'], ['=41'], ['=FF'], ['a='], ['>']])(
    'does not read %j, which it has not written',
    (token) => {
      expect(decodeNatsToken(token)).toBeUndefined();
    },
  );

  it('refuses halves of characters, which have no form of their own', () => {
    expect(() => encodeNatsToken('a\ud800')).toThrow(InvalidOptionError);
  });

  it('knows the names of streams', () => {
    const refused = ['', 'a.b', 'a b', 'x'.repeat(201), 1].filter((name) => {
      try {
        checkNatsName('X.stream', name);
        return false;
      } catch (error) {
        return isInvalidOptionError(error);
      }
    });

    expect(refused).toHaveLength(5);
    expect(() => checkNatsName('X.stream', 'MY-stream_1')).not.toThrow();
  });
});

describe(serverHas.name, () => {
  it.each([
    ['2.9.10', '2.9.10', true],
    ['2.9.9', '2.9.10', false],
    ['2.10.0', '2.9.10', true],
    ['3.0.0', '2.12.0', true],
    ['2.11.0-RC.1', '2.11.0', true],
    ['v2.11.1', '2.11.0', true],
    ['', '2.9.10', false],
  ])('knows whether %j has what came with %j', (version, needed, has) => {
    const client = { info: { version } } as never;

    expect(serverHas(client, needed)).toBe(has);
  });

  it('knows nothing of a server that is away', () => {
    expect(() => requireServer({}, '2.9.10', 'It')).toThrow(
      new NatsServerTooOldError('It', '2.9.10', 'not known'),
    );
  });
});

describe(natsError.name, () => {
  const request = (cause: Error) => Object.assign(natsFailure('RequestError'), { cause });

  it.each<[string, Error, object]>([
    ['a time that is over', natsFailure('TimeoutError'), { failure: 'timeout' }],
    [
      'a connection that was lost',
      natsFailure('RequestError', 'connection disconnected'),
      { failure: 'timeout' },
    ],
    ['a permission', natsFailure('PermissionViolationError'), { failure: 'denied' }],
    ['nobody', request(natsFailure('NoResponders')), { failure: 'no-jetstream' }],
    ['JetStream that is off', natsFailure('JetStreamNotEnabled'), { failure: 'no-jetstream' }],
    [
      'a stream that is missing',
      natsFailure('JetStreamApiError', 'stream not found', { code: 10_059 }),
      { failure: 'not-found', apiCode: 10_059 },
    ],
    ['a consumer that is missing', natsFailure('ConsumerNotFoundError'), { failure: 'not-found' }],
    [
      'anything else',
      natsFailure('JetStreamApiError', 'no', { code: 10_052 }),
      { failure: 'refused', apiCode: 10_052 },
    ],
    ['a closed client', natsFailure('ClosedConnectionError'), { failure: 'closed' }],
    ['a client that ends', natsFailure('DrainingConnectionError'), { failure: 'closed' }],
    ['credentials', natsFailure('AuthorizationError'), { failure: 'authentication' }],
  ])('tells %s', (_what, cause, expected) => {
    expect(natsError(cause, 'do it')).toMatchObject({ ...expected, cause });
  });

  it('passes on an error of the house, and takes what is none', () => {
    const own = new NatsConnectionError('server');

    expect(natsError(own, 'do it')).toBe(own);
    expect(natsError('text', 'do it')).toMatchObject({ failure: 'refused' });
    expect(natsError(null, 'do it')).toMatchObject({ failure: 'refused' });
  });

  it('reads the last sequence out of the text', () => {
    const conflict = natsFailure('JetStreamApiError', 'wrong last sequence: 41');

    expect([lastSequenceOf(conflict), lastSequenceOf(natsFailure('x'))]).toEqual([41, undefined]);
  });

  it('looks at names, which minifiers leave as they are', () => {
    expect(isAuthenticationFault(natsFailure('UserAuthenticationExpiredError'))).toBe(true);
    expect(isConnectionLost(natsFailure('RequestError', 'no responders'))).toBe(false);
  });
});

describe('the errors of NATS', () => {
  it.each([
    [new NatsConnectionError('closed'), isNatsConnectionError, 'RXM420'],
    [new NatsRequestError('ask', 'timeout', undefined), isNatsRequestError, 'RXM421'],
    [new NatsServerTooOldError('It', '2.11.0', '2.9.10'), isNatsServerTooOldError, 'RXM422'],
    [new NatsConflictError('b', 'k', 1, 2), isNatsConflictError, 'RXM423'],
    [new NatsConflictError('b', 'k', 1, undefined), isNatsConflictError, 'RXM423'],
    [new NatsValueError('b', 'k', 1), isNatsValueError, 'RXM424'],
  ])('have a number, a remedy and a guard: %s', (error, guard, code) => {
    expect([error.code, guard(error), guard(new Error('x'))]).toEqual([code, true, false]);
    expect(error.message).toMatch(/\.$/);
  });
});

describe(ReconnectPlan.name, () => {
  const setUp = (backoff = constantBackoff(1000)) => {
    const [clock, page, random] = [new ManualClock(), new ManualPage(), new SeededRandom(1)];
    return { clock, page, plan: new ReconnectPlan({ clock, page, random, backoff }) };
  };

  it('waits before the first try after a loss too, and draws one wait for each try', () => {
    const { clock, plan } = setUp(exponentialBackoff({ initial: 1000, max: 8000 }));
    plan.dialling();
    plan.connected();
    clock.advance(60_000);
    const first = plan.wait() - 60_000;
    clock.advance(1);

    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(1000);
    expect(plan.wait()).toBeCloseTo(60_000 + first, 2);
  });

  it('is due when the wait is over, and draws anew after a try', () => {
    const { clock, plan } = setUp();
    plan.dialling();

    expect(plan.wait()).toBe(1000);

    clock.advance(1000);

    expect(plan.wait()).toBe(1000);

    plan.dialling();

    expect(plan.wait()).toBe(1000);
  });

  it('does not dial while the page is offline, and at once when it is back', () => {
    const { clock, page, plan } = setUp();
    plan.dialling();
    plan.wait();
    page.goOffline();
    clock.advance(5000);

    expect(plan.wait()).toBe(5500);

    page.goOnline();

    expect(plan.wait()).toBe(5000);
  });

  it('begins with the shortest wait after a connection', () => {
    const { plan } = setUp((attempt) => 100 * 2 ** attempt);
    const waits = [0, 1, 2].map(() => {
      const wait = plan.wait();
      plan.dialling();
      return wait;
    });
    plan.connected();

    expect([waits, plan.wait()]).toEqual([[100, 200, 400], 100]);
  });
});

describe(ServiceBook.name, () => {
  const now = new Date(0);
  const answer = (fields: object = {}) =>
    JSON.stringify({
      name: 'orders',
      id: 'a',
      version: '1.0.0',
      metadata: { url: 'https://a.test' },
      ...fields,
    });
  const take = (book: ServiceBook, ...answers: string[]) => book.take(answers, now);

  it('keeps an instance that misses a round', () => {
    const book = new ServiceBook(urlInMetadata, 2);
    const [first, second, third] = [take(book, answer()), take(book), take(book)];

    expect([...first.snapshot.keys()]).toEqual(['orders']);
    expect(second.snapshot).toBe(first.snapshot);
    expect(third.snapshot.size).toBe(0);
  });

  it('hands out the same objects as long as nothing has changed', () => {
    const book = new ServiceBook(urlInMetadata, 1);
    const users = answer({ name: 'users', id: 'u' });
    const first = take(book, answer(), users).snapshot;
    const second = take(book, users, answer()).snapshot;
    const third = take(book, users, answer({ version: '2.0.0' })).snapshot;

    expect(second).toBe(first);
    expect(third.get('users')).toBe(first.get('users'));
    expect(third.get('orders')).toMatchObject([{ version: '2.0.0', url: 'https://a.test' }]);
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['no name', answer({ name: '' })],
    ['an id that is no text', answer({ id: 1 })],
    ['no web address', answer({ metadata: { url: 'nats://a' } })],
    ['credentials in the address', answer({ metadata: { url: 'https://a:b@c.test' } })],
    ['a link-local address', answer({ metadata: { url: 'http://169.254.169.254' } })],
  ])('leaves out %s', (_what, text) => {
    const { snapshot, refused } = take(new ServiceBook(urlInMetadata, 1), text);

    expect([snapshot.size, refused]).toEqual([0, expect.any(Error)]);
  });

  it('leaves out in silence what a browser cannot call', () => {
    const book = new ServiceBook(urlInMetadata, 1);

    expect(take(book, answer({ metadata: {} }), answer({ metadata: null }))).toEqual({
      snapshot: new Map(),
      refused: undefined,
    });
  });

  it('takes names and facts that attack as names and facts', () => {
    const metadata = JSON.parse('{"__proto__":"x","url":"https://a.test","n":1}') as object;
    const { snapshot } = take(
      new ServiceBook(urlInMetadata, 1),
      answer({ name: '__proto__', version: 1, metadata }),
    );
    const [instance] = snapshot.get('__proto__') ?? [];

    expect(instance).toMatchObject({ version: '' });
    expect(Object.keys(instance?.metadata ?? {})).toEqual(['__proto__', 'url']);
  });
});
