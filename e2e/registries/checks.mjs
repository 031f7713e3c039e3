// What the checks of a registry need: their order, their count, and a look at what a source says.

/** Runs named checks one after the other; a failed one does not end the others. */
export class Checks {
  passed = 0;
  failed = 0;

  /** @param name A sentence. @param work Fails by throwing; may give something to be told. */
  async check(name, work) {
    const start = performance.now();
    const told = (mark, more) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(2).padStart(6);
      console.log(`  ${seconds} s  ${mark}  ${name}${more ? `: ${more}` : ''}`);
    };
    try {
      const said = await work();
      this.passed++;
      told('ok    ', said);
    } catch (error) {
      this.failed++;
      told('FAILED', error instanceof Error ? error.message : String(error));
    }
  }
}

/** Waits, in milliseconds. */
export const rest = (ms) => new Promise((done) => setTimeout(done, ms));

/** Watches a source, and keeps what it said. */
export function observe(service) {
  const seen = [];
  const waiting = new Set();
  let error;
  const look = () => {
    for (const each of [...waiting]) each();
  };
  const subscription = service.watch().subscribe({
    next: (snapshot) => {
      seen.push(snapshot);
      look();
    },
    error: (reason) => {
      error = reason;
      look();
    },
  });
  return {
    seen,
    close: () => subscription.unsubscribe(),
    /** The instances of a service as they were said last. */
    of: (name) => seen.at(-1)?.get(name) ?? [],
    /** Resolves with how many milliseconds it took until the last word was so. */
    until(isSo, within = 1000) {
      const start = performance.now();
      return new Promise((resolve, reject) => {
        const end = (settle, value) => {
          clearTimeout(timer);
          waiting.delete(check);
          settle(value);
        };
        const timer = setTimeout(() => {
          const last = JSON.stringify([...(seen.at(-1) ?? [])]);
          end(reject, new Error(`not so within ${within} ms: ${isSo}; last said: ${last}`));
        }, within);
        const check = () => {
          if (error) end(reject, error);
          else if (seen.length > 0 && isSo(seen.at(-1))) {
            end(resolve, Math.round(performance.now() - start));
          }
        };
        waiting.add(check);
        check();
      });
    },
  };
}

/** Whether a service has an instance of which this holds. */
export const has = (name, id, facts = {}) => {
  const isSo = (snapshot) => {
    const instance = snapshot.get(name)?.find((each) => each.id === id);
    return instance && Object.entries(facts).every(([key, fact]) => instance[key] === fact);
  };
  isSo.toString = () => `${name} has ${id} ${JSON.stringify(facts)}`;
  return isSo;
};
/** Whether a service has no such instance. */
export const lacks = (name, id) => {
  const isSo = (snapshot) => !snapshot.get(name)?.some((each) => each.id === id);
  isSo.toString = () => `${name} lacks ${id}`;
  return isSo;
};

/** Waits for its end. */
export const done = (work$) =>
  new Promise((complete, error) => work$.subscribe({ complete, error }));

/** The error that it ends with. */
export const failureOf = (work$) =>
  new Promise((failed, went) => {
    work$.subscribe({ complete: () => went(new Error('did not fail')), error: failed });
  });
