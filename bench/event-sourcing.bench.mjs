// The event store in the Chromium of the machine, against `idb` by hand: ours must reach so much of its speed.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What cannot be measured in this process. Told by bench/run.mjs. */
export async function report() {
  // At run time, for it is no code of an application.
  const { compareInChromium } = await import(pathToFileURL(resolve('bench/event-sourcing/chromium.mjs'))); // prettier-ignore
  return compareInChromium();
}
