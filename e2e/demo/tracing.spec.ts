import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Page, type Request } from '@playwright/test';
import { MESH, PARTNER, button, expect, originOf, overflow, test } from './demo';

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

const CLIENT = 3; // in the words of OTLP
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-03$/;

const spansIn = ({ resourceSpans }: OtlpBody): readonly WireSpan[] =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
const partsOf = (request: Request): readonly [trace: string, span: string] => {
  const [, trace = '', span = ''] = TRACEPARENT.exec(request.headers().traceparent ?? '') ?? [];
  return [trace, span];
};
const isOwn = (request: Request): boolean => MESH.test(originOf(request.url()));
const delivered = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
const count = async (page: Page, name: string, what: string): Promise<number> =>
  Number(
    await delivered(page, name)
      .locator('dl > div')
      .filter({ has: page.getByText(what, { exact: true }) })
      .locator('dd')
      .textContent(),
  );
const rows = (page: Page) => page.getByRole('tree', { name: 'Spans of the trace' });
const span = (page: Page, name: RegExp) => rows(page).getByRole('treeitem', { name });
const trace = (page: Page, name: string) =>
  page.getByRole('listbox', { name: 'Latest traces' }).getByRole('option', { name });
const detail = (page: Page, name: string) =>
  page.locator('app-span-details dt').filter({ hasText: name }).locator('xpath=./following::dd[1]');
const settled = async (page: Page, state: string) =>
  expect(page.locator('.trace > header app-span-badge')).toHaveText(state);
/** What the mock of Jaeger has of a trace, asked as anybody would ask it. */
const jaegerHas = async (page: Page, traceId: string): Promise<readonly WireSpan[]> => {
  const answer = await page.evaluate(async (id) => {
    const response = await fetch(`https://jaeger.telemetry.example/api/v3/traces/${id}`);
    return response.ok ? ((await response.json()) as { result: unknown }).result : undefined;
  }, traceId);
  return answer === undefined ? [] : spansIn(answer as OtlpBody);
};

/** A receiver of OTLP outside of the browser. */
const realReceiver = async () => {
  const bodies: OtlpBody[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.method === 'POST') bodies.push(JSON.parse(body) as OtlpBody);
      response
        .writeHead(request.method === 'POST' ? 200 : 204, {
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Allow-Headers': 'content-type',
        })
        .end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans: () => bodies.flatMap(spansIn),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

test.describe('tracing', () => {
  test('one trace from the page to each service, and on to Jaeger and Zipkin', async ({
    demo,
    page,
  }) => {
    await demo.open('/tracing');
    await button(page, 'Load the dashboard').click();
    await settled(page, 'OK');
    await span(page, /load dashboard/).click();
    const traceId = (await detail(page, 'Trace').textContent()) ?? '';
    const rootId = (await detail(page, 'Span').textContent()) ?? '';
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);

    const own = demo.calls.filter(isOwn).map(partsOf);
    expect(own).toHaveLength(3);
    expect(own.map(([id]) => id)).toEqual([traceId, traceId, traceId]);
    const parents = own.map(([, id]) => id);
    expect(new Set([...parents, rootId]).size).toBe(4);

    await button(page, 'Send now').click();
    await expect(page.getByText('Jaeger has 9 of 9 spans')).toBeVisible();
    await expect(page.getByText('Zipkin has 9 of 9 spans')).toBeVisible();
    const received = await jaegerHas(page, traceId);
    const ofServices = received.filter(
      ({ kind, spanId }) => kind === CLIENT && parents.includes(spanId),
    );
    expect(ofServices.map(({ name }) => name).sort()).toEqual([
      'GET /orders',
      'GET /stock',
      'GET /users',
    ]);
    // Each request is a part of its call, and each call one of the root.
    const byId = new Map(received.map((one) => [one.spanId, one]));
    for (const { parentSpanId = '' } of ofServices) {
      expect(byId.get(parentSpanId)?.parentSpanId).toBe(rootId);
    }
    expect(byId.get(rootId)?.parentSpanId).toBeUndefined();

    // What was sent is what was received.
    const bodies = demo.deliveries
      .filter((request) => request.url() === 'https://jaeger.telemetry.example/v1/traces')
      .flatMap((request) => spansIn(request.postDataJSON() as OtlpBody));
    expect(bodies.filter((one) => one.traceId === traceId)).toHaveLength(9);
    for (const request of demo.deliveries) expect(request.headers()).not.toHaveProperty('cookie');
  });

  test('draws a trace, shows a span in full, and is worked by the keyboard', async ({
    demo,
    page,
  }) => {
    await demo.open('/tracing');
    await button(page, 'Slow report').click();
    await expect(span(page, /^Running: slow report/)).toBeVisible();
    await settled(page, 'OK');
    await expect(rows(page).getByRole('treeitem')).toHaveCount(7);
    const width = async (name: RegExp) =>
      (await span(page, name).locator('.bar').boundingBox())?.width ?? 0;
    expect(await width(/lay out pages/)).toBeGreaterThan(5 * (await width(/collect/)));

    await span(page, /slow report/).focus();
    await page.keyboard.press('End');
    await expect(span(page, /lay out pages/)).toBeFocused();
    await expect(span(page, /lay out pages/)).toHaveAttribute('aria-selected', 'true');
    const log = page.locator('app-span-details li').filter({ hasText: 'page laid out' });
    await expect(log).toHaveCount(6);
    await page.keyboard.press('ArrowLeft');
    await expect(span(page, /slow report/)).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(span(page, /orders GET/)).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowRight');
    await expect(detail(page, 'url.template')).toHaveText('/orders');
    await expect(detail(page, 'By')).toHaveText(/^orders-\d$/);
    await expect(detail(page, 'traceparent')).toHaveText(TRACEPARENT);
  });

  test('links one trace to another, and finds traces', async ({ demo, page }) => {
    await demo.open('/tracing');
    await button(page, 'Load the dashboard').click();
    await settled(page, 'OK');
    const dashboard = await page.locator('app-span-details dd').first().textContent();
    await button(page, 'Slow report').click();
    await button(page, 'Show its trace').click();
    await expect(page.getByRole('heading', { name: 'load dashboard', level: 2 })).toBeVisible();

    const search = page.getByRole('searchbox', { name: 'Name, tag, service or id' });
    for (const text of ['slow rep', 'payments-1']) {
      await search.fill(text);
      await expect(page.getByRole('listbox', { name: 'Latest traces' })).toContainText('slow');
      await expect(trace(page, 'load dashboard')).toHaveCount(0);
    }
    await search.fill(dashboard ?? '');
    await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(1);
    await expect(trace(page, 'load dashboard')).toHaveAttribute('aria-selected', 'true');
    await search.fill('');
    await page.getByLabel('Service asked').selectOption('users');
    await expect(trace(page, 'load dashboard')).toHaveCount(1);
    await expect(trace(page, 'slow report')).toHaveCount(0);
    await page.getByLabel('Service asked').selectOption('');
    await page.getByLabel('Status').selectOption('Failed');
    await expect(page.getByText('No trace is like that.')).toBeVisible();
  });

  test('copies a traceparent, or shows it where the browser refuses', async ({
    context,
    demo,
    page,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await demo.open('/tracing');
    await button(page, 'Load the dashboard').click();
    await settled(page, 'OK');
    await span(page, /^OK: GET \/orders/).click();
    await button(page, 'Copy traceparent').click();
    await expect(page.getByText('Copied.')).toBeVisible();
    const copied = await page.evaluate(async () => navigator.clipboard.readText());
    expect(copied).toMatch(TRACEPARENT);
    expect(demo.calls.map((request) => request.headers().traceparent)).toContain(copied);

    await page.evaluate(() => {
      const refuse = async () => Promise.reject(new Error('no'));
      Object.defineProperty(navigator.clipboard, 'writeText', { value: refuse });
    });
    await button(page, 'Copy traceparent').click();
    await expect(page.getByRole('textbox', { name: 'traceparent' })).toHaveValue(copied);
  });

  test('carries baggage to its own services, and never to the partner', async ({ demo, page }) => {
    await demo.open('/tracing');
    await page.getByLabel('Value').fill('ada lovelace');
    await button(page, 'Carry along').click();
    await button(page, 'Load the dashboard').click();
    await settled(page, 'OK');
    const own = demo.calls.filter(isOwn);
    const partner = demo.calls.filter((request) => originOf(request.url()) === PARTNER);
    expect([own.length, partner.length]).toEqual([3, 1]);
    for (const request of own) {
      expect(request.headers().baggage).toBe('demo.user=ada%20lovelace');
    }
    for (const name of ['baggage', 'traceparent', 'tracestate']) {
      expect(partner[0]?.headers()).not.toHaveProperty(name);
    }
    const seen = page.getByRole('list', { name: 'Headers that services have read' });
    await expect(seen.getByRole('listitem').filter({ hasText: 'ada%20lovelace' })).toHaveCount(3);
    await expect(seen.getByRole('listitem').filter({ hasText: 'rates-1' })).toContainText(
      'neither trace nor baggage',
    );

    await button(page, 'Remove demo.user').click();
    await button(page, 'Load the dashboard').click();
    await expect.poll(() => demo.calls.filter(isOwn).length).toBe(6);
    for (const request of demo.calls.slice(4)) {
      expect(request.headers()).not.toHaveProperty('baggage');
    }
  });

  test('makes twenty traces at once', async ({ demo, page }) => {
    await demo.open('/tracing');
    await button(page, 'Storm of 20').click();
    await expect.poll(() => demo.calls.length).toBe(20);
    await expect(page.getByRole('option').filter({ hasText: 'visit' })).toHaveCount(20);
    const ids = demo.calls.filter(isOwn).map((request) => partsOf(request)[0]);
    expect(new Set(ids).size).toBe(16);
  });

  test('fits a narrow window', async ({ demo, page }) => {
    await demo.open('/tracing');
    await button(page, 'Slow report').click();
    await settled(page, 'OK');
    for (const width of [1000, 680, 360]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await overflow(page), String(width)).toBe(0);
    }
  });

  test.describe('in trouble', () => {
    test.use({ troubled: true });

    test('shows the step that failed and the one that made up for it', async ({ demo, page }) => {
      await demo.open('/tracing');
      await button(page, 'Check out').click();
      await settled(page, 'Recovered');
      await expect(span(page, /^Failed: /)).toHaveCount(2);
      await span(page, /^OK: pay after/).click();
      await expect(page.locator('app-span-details')).toContainText('declined, so by instalments');
      await span(page, /^Failed: POST/).click();
      await expect(detail(page, 'http.response.status_code')).toHaveText('402');
    });

    test('keeps spans while a receiver is down, and sends them when it is back', async ({
      demo,
      page,
    }) => {
      await demo.open('/tracing');
      await page.getByRole('switch', { name: 'Jaeger is down' }).click();
      await button(page, 'Load the dashboard').click();
      await settled(page, 'OK');
      await button(page, 'Send now').click();
      await expect(delivered(page, 'Jaeger')).toContainText('Waits to try again');
      await expect(page.getByText('Zipkin has 9 of 9 spans')).toBeVisible();
      await expect(page.getByText('Jaeger has 0 of 9 spans')).toBeVisible();
      await expect(delivered(page, 'Zipkin')).toContainText('Idle');

      await page.getByRole('switch', { name: 'Jaeger is down' }).click();
      await expect(page.getByText('Jaeger has 9 of 9 spans')).toBeVisible({ timeout: 30_000 });
      await expect(delivered(page, 'Jaeger')).toContainText('Idle');
      expect(await count(page, 'Jaeger', 'Lost')).toBe(0);
    });

    test('tries again what a receiver has refused once', async ({ demo, page }) => {
      await demo.open('/tracing');
      await delivered(page, 'Zipkin').getByRole('button', { name: 'Fail next delivery' }).click();
      await button(page, 'Load the dashboard').click();
      await settled(page, 'OK');
      await button(page, 'Send now').click();
      await expect(delivered(page, 'Zipkin')).toContainText('503');
      await expect(page.getByText('Zipkin has 9 of 9 spans')).toBeVisible({ timeout: 30_000 });
      expect(await count(page, 'Zipkin', 'Lost')).toBe(0);
    });
  });

  test.describe('at the end of a page', () => {
    // The mocks are of the page and go with it. So nobody mocks: calls fail, and a receiver outside gets the spans.
    test.use({ troubled: true, serviceWorkers: 'block' });

    for (const [how, leave] of [
      ['closed', async (page: Page): Promise<unknown> => page.close()],
      ['left', async (page: Page): Promise<unknown> => page.goto('about:blank')],
      ['reloaded', async (page: Page): Promise<unknown> => page.reload()],
    ] as const) {
      test(`sends what is there when the page is ${how}`, async ({ demo, page }) => {
        await using receiver = await realReceiver();
        await page.addInitScript((outside) => {
          const send = globalThis.fetch;
          globalThis.fetch = async (url, init) =>
            send(typeof url === 'string' && url.endsWith('/v1/traces') ? outside : url, init);
        }, receiver.url);
        await demo.open('/tracing');
        await expect(page.getByRole('alert')).toContainText('could not start');
        await button(page, 'Load the dashboard').click();
        await settled(page, 'Recovered');
        const traceId = (await detail(page, 'Trace').textContent()) ?? '';
        const made = await rows(page).getByRole('treeitem').count();
        // At once: before the batch would go out by itself.
        const begun = receiver.spans().filter((one) => one.traceId === traceId).length;
        await leave(page);
        await expect
          .poll(() => receiver.spans().filter((one) => one.traceId === traceId).length)
          .toBe(made);
        expect(begun).toBeLessThan(made);
      });
    }
  });
});
