import type { Browser, Page } from '@playwright/test';

/** What is used of an event of a trace of Chromium. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  /** The time of the processor that it took, in microseconds. */
  readonly tdur?: number;
}

/**
 * The time of the processor that each task of the page took while something was done, in milliseconds. A long task by the clock tells as much of those
 * who share the machine: here others compute at the same time, and a task that only waits for its turn is not the fault of the page.
 */
export async function tasksOf(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<readonly number[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
  await work();
  const trace = JSON.parse(String(await browser.stopTracing())) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const threads = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return (
    trace.traceEvents
      .filter(({ name, pid, tid }) => name.endsWith('RunTask') && threads.has(`${pid} ${tid}`))
      // What was under way when the trace ended has none.
      .flatMap(({ tdur }) => (tdur === undefined ? [] : [Math.round(tdur / 1000)]))
  );
}
