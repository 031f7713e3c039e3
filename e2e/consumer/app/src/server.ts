import { openTimers } from './timers';
import { renderApplication } from '@angular/platform-server';
import { setImmediate } from 'node:timers/promises';
import { seen } from './everything';
import bootstrap from './main.server';

// Renders the page three times, as a server would for three requests, and tells what is left behind. Then it has
// nothing more to do: that the process ends by itself is part of the test.
const origin = process.env['CONSUMER_ORIGIN'] ?? '';
const document =
  '<!doctype html><html><head><base href="/"></head><body><consumer-root></consumer-root></body></html>';
const renders = [];
for (let round = 0; round < 3; round++) {
  const html = await renderApplication(bootstrap, {
    document,
    url: `${origin}/`,
    allowedHosts: ['127.0.0.1'],
  });
  await setImmediate();
  await setImmediate();
  renders.push({ html, timers: openTimers() });
}
const report = {
  renders,
  injected: [...seen.injected],
  streams: [...seen.streams],
  signals: [...seen.signals],
};
process.stdout.write(`REPORT ${JSON.stringify(report)}\n`);
