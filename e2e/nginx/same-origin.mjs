// docs/guide/nginx/same-origin.conf: what is reached, by whom, and how; and what of a request goes on.
import assert from 'node:assert/strict';
import { ask, streams } from './world.mjs';

const OURS = 'https://shop.example';
const THEIRS = 'https://evil.example';
const TRACE = { traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01' };
const seen = async (answer) => JSON.parse((await answer).text);

/** Each check by what it finds to be so. */
export const sameOriginChecks = (world) => {
  const cors = (path, options) => ask(world.ports['api-cors'], path, options);
  const own = (path, options) => ask(world.ports['same-origin'], path, options);
  return {
    'traces go on; what a client says of itself, and what is of one connection, does not':
      async () => {
        const sent = {
          ...TRACE,
          tracestate: 'a=1',
          baggage: 'tenant=7',
          origin: OURS,
          'x-forwarded-for': '10.9.9.9',
          'x-forwarded-host': 'evil.example',
          forwarded: 'for=10.9.9.9',
          te: 'trailers',
          'keep-alive': '5',
          upgrade: 'h2c',
        };
        for (const answer of [
          cors('/orders', { headers: sent }),
          own('/api/orders', { headers: sent }),
        ]) {
          const { headers } = await seen(answer);
          const { baggage, traceparent, tracestate } = headers;
          assert.deepEqual(
            { baggage, traceparent, tracestate },
            { ...TRACE, tracestate: 'a=1', baggage: 'tenant=7' },
          );
          assert.equal(headers['x-forwarded-for'], '127.0.0.1');
          assert.notEqual(headers['x-forwarded-host'], 'evil.example');
          for (const name of ['forwarded', 'te', 'keep-alive', 'upgrade']) {
            assert.equal(headers[name], undefined, name);
          }
        }
      },
    'each instance has its own path': async () => {
      assert.partialDeepStrictEqual(await seen(own('/mesh/orders-1/orders/7?full=1')), {
        name: 'orders_1',
        url: '/orders/7?full=1',
      });
      assert.partialDeepStrictEqual(await seen(own('/mesh/orders-2/orders/7')), {
        name: 'orders_2',
        url: '/orders/7',
      });
      assert.equal((await seen(own('/api/a%0d%0aX: y'.replace(' ', '%20')))).headers.x, undefined);
    },
    'events and the watch of Kubernetes are not buffered': async () => {
      const watch = '/k8s/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?watch=1';
      for (const path of ['/api/events/orders', watch]) {
        const parts = [];
        const { text } = await own(path, {
          onData: (all) => {
            parts.push(all);
            streams.at(-1).next();
          },
        });
        assert.deepEqual(
          parts.map((all) => all.trim().slice(-1)),
          ['1', '2', '3'],
          path,
        );
        assert.equal(text, 'data: 1\n\ndata: 2\n\ndata: 3\n\n');
      }
    },
    'a WebSocket is opened for a page of ours, and for no other': async () => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        cookie: 'session=secret',
      };
      const {
        socket,
        status,
        headers: answer,
      } = await own('/nats', { headers: { ...headers, origin: OURS } });
      assert.equal(status, 101);
      assert.equal(answer['sec-websocket-accept'], 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
      const echoed = new Promise((done) => socket.once('data', done));
      socket.write('PING');
      assert.equal(String(await echoed), 'PING');
      socket.destroy();
      assert.equal(world.asked('nats')[0].headers.cookie, undefined);
      for (const origin of [THEIRS, undefined]) {
        const refused = await own('/nats', { headers: { ...headers, ...(origin && { origin }) } });
        assert.equal(refused.status, 403, origin);
      }
      assert.equal(world.asked('nats').length, 1);
    },
    'telemetry is taken by POST, without what says who the user is, and not without end':
      async () => {
        const post = (path, size = 2) =>
          own(path, {
            method: 'POST',
            headers: {
              cookie: 'session=secret',
              authorization: 'Bearer secret',
              'content-type': 'application/json',
            },
            body: ' '.repeat(size),
          });
        for (const path of ['/v1/traces', '/v1/metrics']) {
          const { headers, url } = await seen(post(path));
          assert.equal(url, path);
          assert.deepEqual([headers.cookie, headers.authorization], [undefined, undefined]);
          assert.equal((await own(path)).status, 403);
        }
        assert.equal((await post('/v1/traces', 1_100_000)).status, 413);
        const flood = await Promise.all(Array.from({ length: 60 }, () => post('/v1/traces')));
        assert.ok(flood.some(({ status }) => status === 429));
      },
    'a registry answers one question, with a token that the page has not': async () => {
      const headers = {
        'x-consul-token': 'of the page',
        authorization: 'of the page',
        cookie: 'a=b',
      };
      const consul = await seen(
        own('/registry/consul/v1/health/service/orders?index=7', { headers }),
      );
      assert.equal(consul.url, '/v1/health/service/orders?index=7');
      assert.equal(consul.headers['x-consul-token'], 'the read-only token');
      const path = '/k8s/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
      const kubernetes = await seen(own(path, { headers }));
      assert.equal(kubernetes.headers.authorization, 'Bearer the token of the service account');
      assert.equal(kubernetes.headers.cookie, undefined);
      for (const method of ['PUT', 'POST', 'DELETE', 'PATCH']) {
        assert.equal(
          (await own('/registry/consul/v1/health/service/orders', { method })).status,
          403,
        );
        assert.equal((await own(path, { method })).status, 403);
      }
    },
    'nothing else is reached': async () => {
      const before = ['consul', 'kubernetes', 'orders_1'].map((name) => world.asked(name).length);
      const paths = [
        '/registry/consul/v1/agent/service/register',
        '/registry/consul/v1/kv/secret',
        '/registry/consul/v1/health/service/../../kv/secret',
        '/registry/consul/v1/health/service/%2e%2e/%2e%2e/kv/secret',
        '/k8s/api/v1/namespaces/shop/secrets',
        '/k8s/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/../../../../../../api/v1/secrets',
        '/k8s/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices',
        '/mesh/orders-3/orders',
        '/mesh/orders-1',
        '/mesh/orders-1/../orders-3/x',
      ];
      for (const path of paths) {
        const { status, text } = await own(path);
        assert.ok([301, 404].includes(status), `${path} is ${status}: ${text}`);
      }
      assert.deepEqual(
        ['consul', 'kubernetes', 'orders_1'].map((name) => world.asked(name).length),
        before,
      );
      for (const path of [
        '/metrics',
        '/pushgateway/metrics/job/a',
        '/prometheus/api/v1/query',
        '/redis',
        '/nginx.conf',
      ]) {
        assert.match((await own(path)).text, /<app-root/, `${path} is but the page`);
      }
    },
    'the page has a Content-Security-Policy without eval, with a nonce of its own each time':
      async () => {
        const pages = [await own('/'), await own('/orders/7'), await own('/index.html')];
        const nonces = pages.map(({ headers, text }) => {
          const [, nonce] = /ngCspNonce="([0-9a-f]{32})"/.exec(text);
          const policy = headers['content-security-policy'];
          assert.ok(policy.includes(`'nonce-${nonce}'`));
          assert.doesNotMatch(policy, /unsafe-|\*/);
          assert.equal(headers['cache-control'], 'no-store');
          return nonce;
        });
        assert.equal(new Set(nonces).size, 3);
        assert.equal((await own('/main.js')).text, '// the application\n');
      },
  };
};
