// The other tab of the contract suites.
import { createApplication } from './application.mjs';
import { serve } from './remote.mjs';

/** Does what the tab with the suites asks for. */
export function bePeer() {
  const { BroadcastChannel } = globalThis;
  const applications = new Map();
  let open = 0;
  let channel;
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      if (name === channel) open++;
    }
    close() {
      super.close();
      if (this.name === channel) open--;
    }
  };
  const of = (name) => {
    const found = applications.get(name) ?? createApplication(name);
    applications.set(name, found);
    return found;
  };
  serve({
    log: (database, name, args) => of(database).log[name](...args),
    hints: (database) => of(database).log.hints$,
    transport: (name) => {
      channel = name;
      of(name);
    },
    send: (message) => of(channel).transport.send(message),
    receive: (pattern) => of(channel).transport.receive(pattern),
    open: () => open,
    nothing: () => undefined,
    closeAll: () => {
      for (const { close } of applications.values()) close();
      applications.clear();
    },
  });
}
