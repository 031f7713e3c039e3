// docs/guide/nginx/api-cors.conf: which page may send and read what.
import assert from 'node:assert/strict';
import { ask } from './world.mjs';

const OURS = 'https://shop.example';
const THEIRS = 'https://evil.example';
const WANTED = 'authorization, baggage, content-type, idempotency-key, traceparent, tracestate';

/** Each check by what it finds to be so. */
export const corsChecks = (world) => {
  const cors = (path, options) => ask(world.ports['api-cors'], path, options);
  const preflight = (origin, more = {}) =>
    cors('/orders', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': WANTED,
        ...more,
      },
    });

  return {
    'a page of ours may send what rx-mesh sends': async () => {
      const { headers, status } = await preflight(OURS);
      assert.equal(status, 204);
      assert.equal(headers['access-control-allow-origin'], OURS);
      assert.deepEqual(difference(WANTED, headers['access-control-allow-headers']), []);
      assert.ok(list(headers['access-control-allow-methods']).includes('post'));
      assert.equal(headers['access-control-allow-credentials'], undefined);
      assert.ok(list(headers.vary).includes('origin'));
      assert.equal(headers['access-control-max-age'], '7200');
      assert.equal(world.asked('api').length, 0, 'a preflight reaches no service');
    },
    'and read what rx-mesh reads, of errors too': async () => {
      const { headers, status } = await cors('/orders/busy', { headers: { origin: OURS } });
      assert.equal(status, 429);
      const read =
        'retry-after, ratelimit, ratelimit-policy, x-ratelimit-remaining, x-ratelimit-reset, etag, age, date, vary, location, content-location';
      assert.deepEqual(difference(read, headers['access-control-expose-headers']), []);
      // One value, though the service said `*` as well.
      assert.equal(headers['access-control-allow-origin'], OURS);
      assert.equal(headers['access-control-allow-methods'], undefined);
    },
    'a page of somebody else may nothing': async () => {
      const before = world.asked('api').length;
      for (const origin of [
        THEIRS,
        'null',
        `${OURS}.evil.example`,
        'http://shop.example',
        `${OURS}:8443`,
      ]) {
        const asked = await preflight(origin);
        const posted = await cors('/orders', { method: 'POST', headers: { origin }, body: '{}' });
        for (const { headers, status } of [asked, posted]) {
          assert.equal(status, 403, origin);
          assert.equal(headers['access-control-allow-origin'], undefined, origin);
          assert.equal(headers['access-control-allow-headers'], undefined, origin);
        }
      }
      assert.equal(world.asked('api').length, before, 'nothing of it reaches the service');
    },
    'a server, which is no page, is served; an OPTIONS that is no preflight too': async () => {
      const { headers, status } = await cors('/orders');
      assert.equal(status, 200);
      assert.equal(headers['access-control-allow-origin'], undefined);
      assert.equal(
        JSON.parse((await cors('/orders', { method: 'OPTIONS' })).text).method,
        'OPTIONS',
      );
    },
  };
};

const list = (text = '') => text.toLowerCase().split(/\s*,\s*/);

/** The names of the first list that the second one has not. */
function difference(names, all) {
  const there = new Set(list(all));
  return list(names).filter((name) => !there.has(name));
}
