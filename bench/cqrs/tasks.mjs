// How long the main thread of a tab has really worked for each of its tasks, from a trace of the browser.

/**
 * Begins a trace.
 *
 * @returns What ends it: the longest task, in milliseconds of the processor, and how many there were.
 */
export async function traceTasks(context, tab) {
  const session = await context.newCDPSession(tab);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value.filter(isWanted)));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      recordMode: 'recordUntilFull',
      traceBufferSizeInKb: 400_000,
      excludedCategories: ['*'],
      includedCategories: ['toplevel', '__metadata'],
    },
  });
  return async () => {
    const complete = new Promise((done) => session.once('Tracing.tracingComplete', done));
    await session.send('Tracing.end');
    await complete;
    await session.detach();
    return longestOf(events);
  };
}

function isWanted({ name, ph }) {
  return (ph === 'X' && name.endsWith('RunTask')) || (ph === 'M' && name === 'thread_name');
}

function longestOf(events) {
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const byThread = new Map();
  for (const { name, pid, tid, tdur = 0 } of events) {
    const thread = `${pid} ${tid}`;
    if (name === 'thread_name' || !mains.has(thread)) continue;
    const tasks = byThread.get(thread) ?? [];
    byThread.set(thread, tasks);
    tasks.push(tdur / 1000);
  }
  // Other tabs rest.
  const sum = (tasks) => tasks.reduce((total, each) => total + each, 0);
  const [tasks = []] = [...byThread.values()].sort((a, b) => sum(b) - sum(a));
  const sorted = tasks.sort((a, b) => b - a);
  return { longest: sorted[0] ?? NaN, next: sorted.slice(1, 6), count: sorted.length };
}
