import { InvalidOptionError } from 'rx-mesh/kernel';
import { EMPTY, Subject, of } from 'rxjs';
import { ROUTE, contextOf, stepWorld } from '../spec-support/gateway-steps';
import { type GatewayTransformer, transformation } from './transformation-middleware';
import { mapBody, pickFields, removeHeaders, rewritePath, setHeaders } from './transformers';

const post = (body: unknown, headers: Record<string, string> = {}) =>
  contextOf('/a', { method: 'POST', body, headers });

function run(...transformers: GatewayTransformer[]) {
  const world = stepWorld(transformation(...transformers));
  return { ...world, sent: () => world.arrivals[0]?.context };
}

describe(transformation.name, () => {
  it('changes requests in order, and answers in the opposite one', () => {
    const step = (name: string): GatewayTransformer => ({
      transform: (request) => of(request.clone({ body: `${String(request.body)}${name}` })),
      transformResponse: (response) =>
        Promise.resolve(response.clone({ body: `${String(response.body)}${name}` })),
    });
    const { arrivals, send, sent } = run(step('a'), step('b'));
    const seen = send(post('x'));
    expect(sent()?.originalRequest.body).toBe('xab');
    arrivals[0]?.answer('y');
    return Promise.resolve().then(async () => {
      for (let i = 0; i < 10; i++) await Promise.resolve();
      expect(seen.values[0]?.body).toBe('yba');
      expect(seen.isDone).toBe(true);
    });
  });

  it('fails the request where a transformer throws or says nothing', () => {
    const error = new Error('x');
    const thrower: GatewayTransformer = {
      transform: () => {
        throw error;
      },
    };
    expect(run(thrower).send(post('x')).error).toBe(error);
    const silent = run({ transform: () => EMPTY });
    expect(silent.send(post('x')).error).toMatchObject({ status: 502 });
    expect(silent.arrivals).toHaveLength(0);
  });

  it('stops what is under way when the caller leaves', () => {
    const slow = new Subject<never>();
    run({ transform: () => slow })
      .send(post('x'))
      .leave();
    expect(slow.observed).toBe(false);
  });
});

describe(setHeaders.name, () => {
  it('sets headers of requests, by the request where it is told so', () => {
    const { send, sent } = run(
      setHeaders({ 'X-A': '1', 'X-B': ({ originalRequest: { url } }) => url, 'X-C': () => undefined }), // prettier-ignore
    );
    send(post('x', { 'X-A': '0', 'X-C': 'c' }));
    const headers = sent()?.originalRequest.headers;
    expect([headers?.get('x-a'), headers?.get('x-b'), headers?.get('x-c')]).toEqual([
      '1',
      '/a',
      'c',
    ]);
  });

  it('sets headers of answers', () => {
    const { arrivals, send } = run(setHeaders({ 'X-A': '1' }, 'response'));
    const seen = send(post('x'));
    arrivals[0]?.answer('y');
    expect(seen.values[0]?.headers.get('X-A')).toBe('1');
  });

  it.each([
    [{ 'X-A': 'a\r\nX-Evil: 1' }],
    [{ 'X-A': 'a\0' }],
    [{ 'X A': 'a' }],
    [{ 'X-A\n': 'a' }],
    [{ Cookie: 'a=1' }],
    [{ host: 'evil.test' }],
    [{ 'Sec-Fetch-Site': 'none' }],
    [{ 'proxy-x': '1' }],
  ])('refuses %j', (headers) => {
    expect(() => setHeaders(headers)).toThrow(InvalidOptionError);
  });

  it.each([['a\r\nX-Evil: 1'], ['€']])('refuses a request that would bring %j', (value) => {
    const { arrivals, send } = run(setHeaders({ 'X-A': () => value }));
    expect(send(post('x')).error).toMatchObject({ status: 400 });
    expect(arrivals).toHaveLength(0);
  });
});

describe(removeHeaders.name, () => {
  it('takes headers away on both ways', () => {
    const { arrivals, send, sent } = run(
      removeHeaders(['x-a']),
      removeHeaders(['x-secret'], 'response'),
    );
    const seen = send(post('x', { 'X-A': '1', 'X-B': '2' }));
    expect(sent()?.originalRequest.headers.keys()).toEqual(['X-B']);
    arrivals[0]?.answer('y', { 'X-Secret': '1' });
    expect(seen.values[0]?.headers.keys()).toEqual([]);
    expect(() => removeHeaders(['a b'])).toThrow(InvalidOptionError);
  });
});

describe(rewritePath.name, () => {
  it('changes the path at the service, and nothing else of the route', () => {
    const { send, sent } = run(rewritePath(/^\/v1\//, '/v2/'));
    send(contextOf('/orders/7'));
    expect(sent()?.route).toEqual({ ...ROUTE, targetPath: '/v2/orders/:id' });
  });

  it.each(['//evil.test', '/a/../b', '/..', '/%2e%2e/b', '/a%2Fb', '/a\\b', 'a', '/a?b', '/a b'])(
    'refuses to go to %s',
    (path) => {
      const { arrivals, send } = run(rewritePath(/^.*$/, path));
      expect(send(contextOf('/orders/7')).error).toMatchObject({ status: 400 });
      expect(arrivals).toHaveLength(0);
    },
  );
});

describe(mapBody.name, () => {
  it('changes bodies on both ways', () => {
    const { arrivals, send, sent } = run(
      mapBody((body) => of([body]), 'request'),
      mapBody((body) => of({ data: body })),
    );
    const seen = send(post('x'));
    expect(sent()?.originalRequest.body).toEqual(['x']);
    arrivals[0]?.answer('y');
    expect(seen.values[0]?.body).toEqual({ data: 'y' });
  });

  it('takes a body away', () => {
    const { arrivals, send, sent } = run(
      mapBody(() => of(undefined), 'request'),
      mapBody(() => of(undefined)),
    );
    const seen = send(post('x'));
    expect(sent()?.originalRequest.body).toBeNull();
    arrivals[0]?.answer('y');
    expect(seen.values[0]?.body).toBeNull();
  });
});

describe(pickFields.name, () => {
  const pick = (body: unknown, ...fields: string[]) => {
    const { arrivals, send } = run(pickFields(fields));
    const seen = send(contextOf('/a'));
    arrivals[0]?.answer(body);
    return seen.values[0]?.body;
  };

  it('leaves some fields, of lists those of each entry', () => {
    const order = { id: 7, secret: 1, customer: { name: 'Anna', card: 2 }, rows: [{ n: 1, x: 2 }] };
    expect(pick([order, order], 'id', 'customer.name', 'rows.n', 'none.at.all')).toEqual([
      { id: 7, customer: { name: 'Anna' }, rows: [{ n: 1 }] },
      { id: 7, customer: { name: 'Anna' }, rows: [{ n: 1 }] },
    ]);
    expect(pick(order, 'customer', 'customer.name')).toEqual({ customer: order.customer });
  });

  it('leaves alone what has no fields', () => {
    for (const body of [null, 'text', 7, new Blob(['x'])]) expect(pick(body, 'a')).toBe(body);
  });

  it('reaches no prototype by what is on the wire', () => {
    const body = JSON.parse('{"__proto__": {"bad": 1}, "constructor": {"a": 1}, "b": 2}') as object;
    const picked = pick(body, '__proto__.bad', 'toString', 'constructor.a') as object;
    expect(JSON.stringify(picked)).toBe('{"__proto__":{"bad":1},"constructor":{"a":1}}');
    expect(Object.getPrototypeOf(picked)).toBe(Object.prototype);
    expect(({} as { bad?: unknown }).bad).toBeUndefined();
  });

  it.each([[[]], [['']], [['a..b']]])('refuses %j', (fields) => {
    expect(() => pickFields(fields)).toThrow(InvalidOptionError);
  });
});
