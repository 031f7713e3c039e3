import { provideRxMesh, withResilience } from 'rx-mesh';
import { callWorld } from '../spec-support/call-world';
import type { ServiceCall } from './service-call';

const world = () => callWorld(provideRxMesh(withResilience({ retry: false, throttle: false })));
const stale = { maxAge: 60_000, scope: 'ann' };
const DOWN = { status: 503, statusText: 'down' };

describe('a call that allows an earlier answer', () => {
  function served(call: Partial<ServiceCall> = {}) {
    const made = world();
    const asked = { service: 'orders', path: '/o', query: { a: 1, b: 2 }, stale, ...call };
    made.see(made.caller.call(asked));
    made.open()[0]?.flush('first');
    made.clock.advance(500);
    const again = (other: Partial<ServiceCall> = {}, status = DOWN) => {
      const seen = made.see(made.caller.call({ ...asked, ...other }));
      made.open()[0]?.flush('', status);
      return seen;
    };
    return { ...made, again };
  }

  it('gets it when the service cannot answer, and tells how old it is', () => {
    const { again, events } = served();

    expect(again()).toMatchObject({ values: ['first'], errors: [], completed: true });
    expect(events.at(-1)).toMatchObject({ type: 'call-settled', outcome: 'fallback', age: 500 });
  });

  it('gets it while the circuit is open: nothing is sent', () => {
    const { again, open } = served();
    for (let i = 0; i < 5; i++) again();

    expect(again().values).toEqual(['first']);
    expect(open()).toHaveLength(0);
  });

  it('gets it before its fallback does', () => {
    const { again } = served();

    expect(again({ fallback: () => ['instead'] }).values).toEqual(['first']);
    expect(again({ fallback: () => ['instead'], path: '/other' }).values).toEqual(['instead']);
  });

  it.each<[string, Partial<ServiceCall>]>([
    ['another way to read it', { http: { responseType: 'text' } }],
    ['another user', { stale: { ...stale, scope: 'ben' } }],
    ['another path', { path: '/p' }],
    ['another query', { query: { a: 2, b: 2 } }],
    ['another header', { headers: { Accept: 'x' } }],
    ['nobody who did not ask for it', { stale: undefined }],
    ['a shorter patience', { stale: { ...stale, maxAge: 499 } }],
  ])('keeps it from %s', (_who, call) => {
    expect(served().again(call).errors).toMatchObject([{ status: 503 }]);
  });

  it('is the same for a query in another order', () => {
    expect(served().again({ query: { b: 2, a: 1 } }).values).toEqual(['first']);
  });

  it('passes on an answer that says no', () => {
    expect(served().again({}, { status: 404, statusText: 'none' }).errors).toMatchObject([
      { status: 404 },
    ]);
  });

  it('finds nothing after the answers were forgotten', () => {
    const { again, caller } = served();
    caller.forgetAnswers();

    expect(again().errors).toHaveLength(1);
  });

  it.each<[Partial<ServiceCall>, string]>([
    [{ method: 'POST', stale }, 'ServiceCall.stale'],
    [{ stale: { ...stale, maxAge: 0 } }, 'ServiceCall.stale.maxAge'],
    [{ stale: { ...stale, scope: '' } }, 'ServiceCall.stale.scope'],
    [{ version: '' }, 'ServiceCall.version'],
  ])('refuses %j', (call, option) => {
    const { caller, see } = world();

    expect(see(caller.call({ service: 'orders', ...call })).errors).toMatchObject([
      { code: 'RXM101', option },
    ]);
  });
});
