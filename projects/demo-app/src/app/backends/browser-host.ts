import { setupWorker } from 'msw/browser';
import { http } from 'msw/http';
import { type MockBackend } from './mock-backends';

/**
 * Hosts the back ends in this page, by a service worker: requests leave the page as they would leave it for a real
 * origin, so the network panel shows each of them with its headers. Everything else goes to the network untouched.
 */
export async function hostInBrowser(
  backends: readonly MockBackend[],
  workerUrl: string,
): Promise<void> {
  const worker = setupWorker(
    ...backends.map(({ origin, handle }) =>
      http.all(`${origin}/*`, async ({ request }) => handle(request)),
    ),
  );
  await worker.start({
    quiet: true,
    onUnhandledFrame: 'bypass',
    serviceWorker: { url: workerUrl },
  });
}
