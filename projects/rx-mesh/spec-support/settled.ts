import { setImmediate } from 'node:timers/promises';

/** Lets promises and streams that need no time settle. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await setImmediate();
}
