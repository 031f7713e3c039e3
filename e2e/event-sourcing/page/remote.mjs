// One tab does what another asks of it: calls with their answers, and streams.
import { Observable } from 'rxjs';

const { BroadcastChannel } = globalThis;
const NAME = 'e2e.remote';

/** Answers calls of the other tab. `actions`: by name, what gives a promise, a value or a stream. */
export function serve(actions) {
  const channel = new BroadcastChannel(NAME);
  const streams = new Map();
  const answer = (id, part) => channel.postMessage({ answer: id, ...part });
  channel.onmessage = async ({ data }) => {
    const { call: id, name, args } = data;
    if (id === undefined) return;
    if (name === 'unsubscribe') {
      streams.get(args[0])?.unsubscribe();
      streams.delete(args[0]);
      answer(id, { value: undefined });
      return;
    }
    try {
      const made = actions[name](...args);
      if (typeof made?.subscribe === 'function') {
        const next = (value) => answer(id, { next: value });
        streams.set(id, made.subscribe({ next, error: (error) => answer(id, { error: plain(error) }) })); // prettier-ignore
        answer(id, { value: undefined });
      } else answer(id, { value: await made });
    } catch (error) {
      answer(id, { error: plain(error) });
    }
  };
}

// A clone of an error would have nothing but its message.
function plain(error) {
  return { ...error, message: String(error?.message), name: error?.name, stack: error?.stack };
}

/** Asks the other tab. */
export function connect() {
  const channel = new BroadcastChannel(NAME);
  const waiting = new Map();
  let calls = 0;
  channel.onmessage = ({ data }) => {
    const { answer: id, next, error } = data;
    const open = waiting.get(id);
    if (!open) return;
    if ('next' in data) open.next(next);
    else if (error) open.failed(Object.assign(new Error(error.message), error));
    else open.done(data.value);
  };
  const ask = (name, args, next) => {
    const id = ++calls;
    const answered = new Promise((done, failed) => waiting.set(id, { done, failed, next }));
    channel.postMessage({ call: id, name, args });
    return { id, answered };
  };
  const call = async (name, ...args) => {
    const { id, answered } = ask(name, args);
    return answered.finally(() => waiting.delete(id));
  };
  return {
    call,
    stream: (name, ...args) =>
      new Observable((subscriber) => {
        const { id, answered } = ask(name, args, (value) => subscriber.next(value));
        answered.catch((error) => subscriber.error(error));
        return () => {
          waiting.delete(id);
          void call('unsubscribe', id);
        };
      }),
  };
}
