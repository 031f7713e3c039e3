// The contract suites of the library, in a page: what they call another tab is one.
import { TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { withBroadcastChannel, MESSAGE_TRANSPORT } from 'rx-mesh/messaging';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { describeEventLog } from '../../../projects/rx-mesh/spec-support/contracts/event-log';
import { describeSharedMessageTransport } from '../../../projects/rx-mesh/spec-support/contracts/message-transport'; // prettier-ignore
import { createApplication, removeDatabase } from './application.mjs';
import { connect } from './remote.mjs';
import { runSuites } from './suite.mjs';

const { BroadcastChannel } = globalThis;
const CHANNEL = 'e2e.messages';
const peer = connect();
const made = new Map(); // database -> application
let open = 0; // channels of messages in this tab

/** Runs all suites. */
export async function runContracts() {
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      if (name === CHANNEL) open++;
    }
    close() {
      super.close();
      if (this.name === CHANNEL) open--;
    }
  };
  TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting());
  describeEventLog('IndexedDbEventLog', logs);
  describeSharedMessageTransport('BroadcastChannelTransport', transports);
  return runSuites(async () => {
    TestBed.resetTestingModule();
    await peer.call('closeAll');
    for (const [database, { close }] of made) {
      close();
      await removeDatabase(database);
    }
    made.clear();
  });
}

let databases = 0;

function logs() {
  const database = `contract-${++databases}`;
  const application = createApplication(database);
  made.set(database, application);
  const ask =
    (name) =>
    (...args) =>
      peer.call('log', database, name, args);
  const other = {
    ...Object.fromEntries(
      ['append', 'readStream', 'readAll', 'head', 'streamHead', 'streams', 'truncate'].map((name) => [name, ask(name)]), // prettier-ignore
    ),
    hints$: peer.stream('hints', database),
  };
  return { log: application.log, other, settle: arrival };
}

function transports() {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withBroadcastChannel({ name: CHANNEL }).ɵproviders],
  });
  void peer.call('transport', CHANNEL);
  let openThere = 0;
  return {
    transport: TestBed.inject(MESSAGE_TRANSPORT),
    peer: {
      send: (message) => peer.stream('send', message),
      receive: (pattern) => peer.stream('receive', pattern),
    },
    settle: async () => {
      await arrival();
      openThere = await peer.call('open');
    },
    open: () => open + openThere,
    malformed: () => {
      const stranger = new BroadcastChannel(CHANNEL);
      stranger.postMessage({ v: 1, from: 'x', message: { topic: 'a' } });
      stranger.close();
    },
  };
}

/** Lets what was asked of the other tab, and what it said then, arrive: 1000 messages take a few milliseconds. */
async function arrival() {
  await peer.call('nothing');
  await new Promise((done) => setTimeout(done, 40));
  await peer.call('nothing');
}
