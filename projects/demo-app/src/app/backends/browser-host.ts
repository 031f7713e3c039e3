import { setupWorker } from 'msw/browser';
import { http } from 'msw/http';
import { type MockBackend } from './mock-backends';

const worker = setupWorker();
const connection = { cut: false };

/**
 * Hosts the back ends in this page, by a service worker: requests leave the page as they would leave it for a real
 * origin, so the network panel shows each of them with its headers. Everything else goes to the network untouched.
 */
export async function hostInBrowser(
  backends: readonly MockBackend[],
  workerUrl: string,
): Promise<void> {
  worker.use(
    ...backends.map(({ origin, handle }) =>
      http.all(`${origin}/*`, async ({ request }) => {
        const answer = connection.cut ? Response.error() : await handle(request);
        // What was under way when the network went is lost, too.
        return connection.cut ? Response.error() : answer;
      }),
    ),
  );
  await worker.start({
    quiet: true,
    onUnhandledFrame: 'bypass',
    serviceWorker: { url: workerUrl },
  });
}

/** Lets all back ends that are hosted here be out of reach, or not. */
export function cutOff(cut: boolean): void {
  connection.cut = cut;
}
