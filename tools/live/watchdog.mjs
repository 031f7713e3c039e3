// Ends what the runner has started when the runner is gone, however that came: killed, crashed, or in order. It is told of
// each child when it starts and when it ends, so it ends no stranger.
import { rmSync } from 'node:fs';

const children = new Set();
const files = process.argv.slice(2);

// Ctrl-C means the runner, which then ends in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

process.on('message', ({ ended, started }) => {
  if (started) children.add(started);
  children.delete(ended);
});
process.on('disconnect', () => {
  for (const pid of children) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  // Who was just killed may still hold a file for a moment.
  for (const file of files) {
    rmSync(file, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  process.exit();
});
