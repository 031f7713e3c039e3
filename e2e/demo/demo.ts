import { type Locator, type Page, type Request, test as base, expect } from '@playwright/test';

/** Chance in the demo comes from here: see `?seed=`. */
export const SEED = 7;

export const MESH = /^https:\/\/[a-z]+-\d\.mesh\.example$/;
export const REGISTRY = /^https:\/\/(?:consul|eureka|kubernetes)\.registry\.example$/;
export const TELEMETRY = /^https:\/\/(?:jaeger|zipkin)\.telemetry\.example$/;
export const ALERTMANAGER = 'https://alertmanager.telemetry.example';
export const PARTNER = 'https://rates.partner.example';

interface Demo {
  readonly open: (path: string) => Promise<void>;
  /** Requests to services, as they left the page. */
  readonly calls: readonly Request[];
  /** Deliveries of spans to the receivers of traces. */
  readonly deliveries: readonly Request[];
  /** What was asked and told of Alertmanager. */
  readonly alerts: readonly Request[];
}

/**
 * A page of the demo. Every test also proves that nothing went wrong unseen: no error in the console, none in the page,
 * no request that failed, none to a stranger. With `troubled`, requests to services, to receivers of traces and to
 * Alertmanager may fail, and only those.
 */
export const test = base.extend<{ demo: Demo; troubled: boolean }>({
  troubled: [false, { option: true }],
  demo: [
    async ({ page, troubled }, use) => {
      const problems: string[] = [];
      const calls: Request[] = [];
      const deliveries: Request[] = [];
      const alerts: Request[] = [];
      // By how many pages had been left before it, what the page asked its own server for.
      const pages = new WeakMap<Request, number>();
      let left = 0;
      const excused = (url: string) =>
        troubled && (isService(url) || isTelemetry(url) || isAlertmanager(url));
      page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
      page.on('console', (message) => {
        const { url } = message.location();
        if (message.type() === 'error' && !excused(url))
          problems.push(`console: ${message.text()}`);
      });
      page.on('request', (request) => {
        if (request.isNavigationRequest()) left++;
        if (isHere(request.url())) pages.set(request, left);
        if (isService(request.url())) calls.push(request);
        else if (isTelemetry(request.url())) deliveries.push(request);
        else if (isAlertmanager(request.url())) alerts.push(request);
        else if (!isHere(request.url()) && !isRegistry(request.url()))
          problems.push(`request to ${request.url()}`);
      });
      page.on('requestfailed', (request) => {
        const reason = request.failure()?.errorText ?? '';
        // To leave a page is to cancel what it waits for.
        const isLeft =
          reason === 'net::ERR_ABORTED' &&
          (calls.includes(request) ||
            deliveries.includes(request) ||
            alerts.includes(request) ||
            isRegistry(request.url()) ||
            (pages.get(request) ?? left) < left);
        if (!isLeft && !excused(request.url())) problems.push(`${reason}: ${request.url()}`);
      });
      page.on('response', (response) => {
        if (response.status() >= 400 && !excused(response.url())) {
          problems.push(`${response.status()}: ${response.url()}`);
        }
      });
      const open = async (path: string) => {
        await page.goto(`${path}?seed=${SEED}`);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      };
      await use({ open, calls, deliveries, alerts });
      expect(problems, 'what went wrong unseen').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

function isService(url: string): boolean {
  const origin = originOf(url);
  return MESH.test(origin) || origin === PARTNER;
}

function isRegistry(url: string): boolean {
  return REGISTRY.test(originOf(url));
}

function isHere(url: string): boolean {
  return /^http:\/\/127\.0\.0\.1:\d+$/.test(originOf(url));
}

function isTelemetry(url: string): boolean {
  return TELEMETRY.test(originOf(url));
}

function isAlertmanager(url: string): boolean {
  return originOf(url) === ALERTMANAGER;
}

export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

export const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

/** The card of a circuit breaker on the communication page. */
export const breaker = (page: Page, service: string): Locator =>
  page.getByRole('article', { name: `Breaker of ${service}` });

/** The calls of the feed, newest first. */
export const calls = (page: Page): Locator =>
  page.getByRole('list', { name: 'Latest calls' }).locator('> .call');

/** Kills instances on either page. */
export async function kill(page: Page, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) await button(page, `Kill ${id}`).click();
}

/** How far the page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}
