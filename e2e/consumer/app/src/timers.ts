// Imported first: remembers who started each timer that is neither cleared nor over.
const open = new Map<unknown, string>();
const {
  setTimeout: startOnce,
  setInterval: startMany,
  clearTimeout: stopOnce,
  clearInterval: stopMany,
} = globalThis;

const origin = () => new Error('timer').stack?.split('\n').slice(3, 9).join('\n') ?? '';

globalThis.setTimeout = Object.assign(
  (work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = startOnce(() => {
      open.delete(timer);
      work(...args);
    }, ms);
    open.set(timer, `setTimeout ${String(ms)} ms\n${origin()}`);
    return timer;
  },
  { __promisify__: startOnce.__promisify__ },
) as typeof setTimeout;
globalThis.setInterval = ((work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
  const timer = startMany(work, ms, ...args);
  open.set(timer, `setInterval ${String(ms)} ms\n${origin()}`);
  return timer;
}) as typeof setInterval;
globalThis.clearTimeout = (timer) => {
  open.delete(timer);
  stopOnce(timer);
};
globalThis.clearInterval = (timer) => {
  open.delete(timer);
  stopMany(timer);
};

/** The timers that are still there, each with the stack that started it. The one that Node's own fetch keeps is not. */
export const openTimers = (): string[] =>
  [...open.values()].filter((origin) => !origin.includes('node:internal/deps/undici'));
