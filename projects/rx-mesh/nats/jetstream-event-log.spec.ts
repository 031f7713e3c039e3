import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { NEVER, throwError } from 'rxjs';
import { anEvent, append, describeEventLog, readLog, readWhole } from '../spec-support/contracts/event-log'; // prettier-ignore
import { denseLog } from '../spec-support/dense-log';
import { FakeJetStream, natsFailure } from '../spec-support/fake-jetstream';
import { settled } from '../spec-support/settled';
import type { JetStreamAccess } from './jetstream-calls';
import { JetStreamEventLog } from './jetstream-event-log';
import { JETSTREAM_LOG, type JetStreamOptions } from './jetstream-options';

const worldOf = (options: Partial<JetStreamOptions> = {}) => {
  const server = new FakeJetStream();
  const clock = new ManualClock();
  const diagnostics = new RecordingDiagnostics();
  const core = async () => Promise.resolve({ headers: () => new Map(), wsconnect: NEVER } as never);
  const values = JETSTREAM_LOG.resolve({ stream: 'LOG', subject: 'log', ...options });
  const open = (access: JetStreamAccess = server.access) =>
    new JetStreamEventLog(values, { access, modules: { core }, clock, random: seededRandom(1), diagnostics }); // prettier-ignore
  return { server, clock, diagnostics, open, log: open() };
};
const firstOf = (position: number) => Math.floor(position / 1024) * 1024;
const idsOf = async (log: JetStreamEventLog) => (await readLog(log)).map(({ id }) => id).join('');

describeEventLog(JetStreamEventLog.name, () => ({ log: denseLog(worldOf().log, firstOf) }));

describe(`${JetStreamEventLog.name}, when something goes wrong`, () => {
  it.each([true, false])(
    'does not know what became of an append without an answer, and repeats it unharmed (ids first: %p)',
    async (idsFirst) => {
      const { server, log } = worldOf();
      server.idsFirst = idsFirst;
      await append(log, 's', ['a'], 0);
      server.troubles.push('lost', 'lost');

      await expect(append(log, 's', ['b', 'c'], 1)).rejects.toMatchObject({
        code: 'RXM505',
        log: 'LOG',
        cause: { code: 'RXM421', failure: 'timeout' },
      });
      await expect(append(log, 's', ['d'])).rejects.toMatchObject({ code: 'RXM505' });
      await expect(append(log, 's', ['b', 'c'], 1)).resolves.toMatchObject({ version: 3, duplicate: true }); // prettier-ignore
      await expect(append(log, 's', ['d'])).resolves.toMatchObject({ version: 4, duplicate: true });
      expect(await idsOf(log)).toBe('abcd');
    },
  );

  it.each([true, false])(
    'knows it also when others have gone on meanwhile, and the window is over (ids first: %p)',
    async (idsFirst) => {
      const { server, log, open } = worldOf();
      server.idsFirst = idsFirst;
      server.troubles.push('lost');
      await append(log, 's', ['a']).catch(() => undefined);
      await append(open(), 's', ['x']);
      server.forgetIds();

      await expect(append(log, 's', ['a'])).resolves.toMatchObject({ version: 1, duplicate: true });
      await expect(append(open(), 's', ['a'], 0)).resolves.toMatchObject({ version: 1, duplicate: true }); // prettier-ignore
      expect(await idsOf(log)).toBe('ax');
    },
  );

  it('looks at what came since when others were faster, and goes on', async () => {
    const { server, log, open } = worldOf();
    await append(log, 's', ['a']);
    for (const id of 'bcd') await append(open(), 's', [id]);
    server.asked.length = 0;

    await expect(append(log, 's', ['e'])).resolves.toMatchObject({ version: 5, duplicate: false });
    await expect(append(log, 's', ['c'])).resolves.toMatchObject({ version: 3, duplicate: true });
    expect(server.asked.slice(0, 4)).toEqual(['publish', 'get', 'consumer', 'publish']);
  });

  it('appends by one request once it knows the stream', async () => {
    const { server, log } = worldOf();
    await append(log, 's', ['a']);
    server.asked.length = 0;
    await append(log, 's', ['b'], 1);
    await append(log, 's', ['c']);

    expect(server.asked).toEqual(['publish', 'publish']);
  });

  it('never says that a version is wrong because of what it remembers', async () => {
    const { log, open } = worldOf();
    await append(log, 's', ['a']);
    await append(open(), 's', ['b', 'c']);

    await expect(append(log, 's', ['d'], 3)).resolves.toMatchObject({ version: 4 });
    await append(open(), 's', ['e']);
    await expect(append(log, 's', ['f'], 4)).rejects.toMatchObject({ code: 'RXM501', actual: 5 });
  });

  it('is not deceived by the id of a message, nor by one that is gone', async () => {
    const { server, log, open } = worldOf();
    await append(log, 's', ['a']);
    const [first] = server.messages;
    server.messages = [];

    await expect(append(open(), 's', ['a'])).resolves.toMatchObject({ duplicate: false });
    expect(server.messages).toHaveLength(1);
    expect(server.messages[0]?.seq).toBeGreaterThan(first?.seq ?? 0);
    expect(await idsOf(log)).toBe('a');
  });

  it('knows by the server what another client has appended just now', async () => {
    const { log, open } = worldOf();
    await append(log, 's', ['a']);
    await append(log, 's', ['b']);

    await expect(append(open(), 's', ['a'])).resolves.toMatchObject({
      version: 1,
      duplicate: true,
    });
    await expect(append(open(), 's', ['a'], 2)).rejects.toMatchObject({ code: 'RXM502', eventId: 'a' }); // prettier-ignore
    await expect(append(open(), 's', ['c'], 2)).resolves.toMatchObject({ version: 3 });
    expect(await idsOf(log)).toBe('abc');
  });

  it('does not know an id of another commit that it has never seen: that is its limit', async () => {
    const { server, log, open } = worldOf();
    await append(log, 's', ['a', 'b']);
    await append(log, 's', ['c']);
    server.forgetIds();

    await expect(append(log, 't', ['a'])).rejects.toMatchObject({ code: 'RXM502', knownIn: 's' });
    await expect(append(open(), 't', ['a'])).resolves.toMatchObject({ duplicate: false });
    expect(log.capabilities).toMatchObject({ uniqueIds: 'commit' });
  });

  it('reads beyond versions that were left out, either way', async () => {
    const { log } = worldOf();
    await append(log, 's', ['a']);
    const commit = { stream: 's', events: [anEvent('b')], timestamp: 1 };
    await log.append(commit, 'any', { skipTo: 1000 });
    await append(log, 's', ['c']);

    expect((await readWhole(log, 's', 'backward', 100)).map(({ version }) => version)).toEqual([1001, 1000, 1]); // prettier-ignore
    expect((await readWhole(log, 's', 'forward', 1)).map(({ version }) => version)).toEqual([1, 1000, 1001]); // prettier-ignore
    expect(await log.streamHead('s')).toMatchObject({ version: 1001, count: 3 });
  });

  it('finds its way around what is no commit', async () => {
    const { server, log } = worldOf();
    const commit = (first: number) => JSON.stringify({ v: 1, stream: 's', first, total: first, at: 1, events: [anEvent(`e${first}`)] }); // prettier-ignore
    for (let first = 1; first <= 9; first++) {
      server.put('log.s.~', commit(first));
      server.put('log.s.~', 'junk');
    }
    server.put('log.s.~', commit(10));
    const from = async (version: number, direction: 'forward' | 'backward') =>
      (await log.readStream('s', { from: version, direction, max: 3 })).events.map((event) => event.version); // prettier-ignore

    expect(await from(5, 'forward')).toEqual([5, 6, 7]);
    expect(await from(5, 'backward')).toEqual([5, 4, 3]);
    await expect(append(log, 's', ['e3', 'e4'], 2)).resolves.toMatchObject({ version: 4, duplicate: true }); // prettier-ignore
    await expect(append(log, 's', ['e3', 'x'], 2)).rejects.toMatchObject({ code: 'RXM502' });
    await expect(append(log, 's', Array.from({ length: 1025 }, (_, at) => `n${at}`))).rejects.toMatchObject({ code: 'RXM500' }); // prettier-ignore
  });

  it('gives up where others are always faster', async () => {
    const { server, log } = worldOf();
    await append(log, 's', ['a']);
    const wrong = natsFailure('JetStreamApiError', 10_071, 'wrong last sequence: 9');
    server.troubles.push(...Array.from({ length: 100 }, () => wrong));

    await expect(append(log, 's', ['b'])).rejects.toMatchObject({ code: 'RXM505' });
    await expect(append(log, 's', ['b'])).resolves.toMatchObject({ version: 2 });
  });

  it.each([
    [natsFailure('JetStreamApiError', 10_077, 'maximum bytes exceeded'), 'RXM503'],
    [natsFailure('JetStreamApiError', 10_047, 'insufficient storage'), 'RXM503'],
    [natsFailure('JetStreamApiError', 10_060, 'expected stream does not match'), 'RXM421'],
    [natsFailure('PermissionViolationError'), 'RXM421'],
    [natsFailure('TimeoutError'), 'RXM505'],
    [natsFailure('JetStreamNotEnabled'), 'RXM505'],
    [natsFailure('ClosedConnectionError'), 'RXM505'],
    [new Error('what'), 'RXM505'],
  ])('puts %p into the words of the house', async (error, code) => {
    const { server, log } = worldOf();
    server.troubles.push(error);

    await expect(append(log, 's', ['a'])).rejects.toMatchObject({ code });
    await expect(append(log, 's', ['a'])).resolves.toMatchObject({ version: 1 });
  });

  it('makes sure of the stream once, and anew when it is gone', async () => {
    const { server, log } = worldOf();
    await log.head();
    await log.head();
    const asked = server.asked.filter((what) => what === 'add').length;
    server.fails = natsFailure('StreamNotFoundError', 10_059, 'stream not found');
    const gone = await log.head().catch((error: unknown) => error);
    server.fails = undefined;
    server.asked.length = 0;
    await log.streams();

    expect(asked).toBe(1);
    expect(gone).toMatchObject({ code: 'RXM421', failure: 'not-found' });
    expect(server.asked[0]).toBe('info');
  });

  it('reads the configuration back, for a server takes what it does not know', async () => {
    const { server, log } = worldOf({ replicas: 3 });
    server.takes = (config) => ({ ...config, num_replicas: 1 });

    await expect(log.head()).rejects.toMatchObject({ code: 'RXM435', field: 'num_replicas' });
  });

  it('does not take a page for whole from which a message is missing', async () => {
    const { server, log } = worldOf();
    for (const id of 'abcd') await append(log, 's', [id]);
    server.drops = (at) => at === 1;

    await expect(readLog(log)).rejects.toMatchObject({ code: 'RXM505' });

    server.drops = (at) => at > 1;

    await expect(readWhole(log, 's')).rejects.toMatchObject({
      code: 'RXM505',
      cause: { message: 'The server stopped after 2 of 4 messages.' },
    });

    server.drops = () => false;

    expect(await idsOf(log)).toBe('abcd');
    expect(server.consumers).toBe(0);
  });

  it('reads what is new by one request', async () => {
    const { server, log } = worldOf();
    const { position } = await append(log, 's', ['a', 'b']);
    const next = await append(log, 's', ['c']);
    server.asked.length = 0;
    const one = await log.readAll({ after: position });
    const none = await log.readAll({ after: next.position });

    expect([one.events.length, one.next, none.events.length]).toEqual([1, next.position, 0]);
    expect(server.asked).toEqual(['get', 'get']);
  });

  it('does not wait for ever for a connection, and lets go', async () => {
    const { clock, open } = worldOf();
    const call = append(open({ jetstream$: NEVER, connected$: NEVER }), 's', ['a']).catch((error: unknown) => error); // prettier-ignore
    await settled();
    clock.advance(10_000);

    expect(await call).toMatchObject({ code: 'RXM505' });
    expect(clock.pending).toBe(0);
  });

  it('lets no more than a thousand appends wait', async () => {
    const { clock, open } = worldOf();
    const log = open({ jetstream$: NEVER, connected$: NEVER });
    const ends = Array.from({ length: 1001 }, async (_, at) => append(log, 's', [`e${at}`]).catch((error: unknown) => error)); // prettier-ignore

    expect(await ends[1000]).toMatchObject({ code: 'RXM505', cause: { message: '1000 appends wait already.' } }); // prettier-ignore
    await settled();
    clock.advance(10_000);
    expect(await ends[0]).toMatchObject({ code: 'RXM505' });
  });

  it('refuses to list more streams than it can hold, and what it cannot write', async () => {
    const { server, log } = worldOf();
    await append(log, 's', ['a']);
    server.subjects = 100_001;
    const data = 'x'.repeat(1_048_576);

    await expect(log.streams()).rejects.toMatchObject({ code: 'RXM439', count: 100_001 });
    await expect(log.append({ stream: 's', events: [anEvent('b', { data })], timestamp: 1 }, 1)).rejects.toMatchObject({ code: 'RXM500' }); // prettier-ignore
    await expect(append(log, '', ['b'])).rejects.toMatchObject({ code: 'RXM500' });
    await expect(append(log, 's'.repeat(1001), ['b'])).rejects.toMatchObject({ code: 'RXM500' });
  });

  it('leaves out what is no commit, tells of each once, and does not append behind it', async () => {
    const { server, log, diagnostics } = worldOf();
    await append(log, 's', ['a']);
    await append(log, 's', ['b']);
    for (let at = 0; at < 3; at++) server.put('log.s.~', `junk ${at}`);
    for (let turn = 0; turn < 2; turn++) {
      expect(await idsOf(log)).toBe('ab');
      expect((await readWhole(log, 's')).map(({ id }) => id).join('')).toBe('ab');
      expect((await readWhole(log, 's', 'backward', 1)).map(({ id }) => id).join('')).toBe('ba');
    }

    expect(diagnostics.codes).toEqual(['RXM436', 'RXM436', 'RXM436']);
    await expect(append(worldOf().log, 's', ['c'])).resolves.toMatchObject({ version: 1 });
    await expect(append(log, 's', ['c'])).rejects.toMatchObject({ code: 'RXM437', sequence: 5 });
    await expect(log.truncate('s', { before: 2 })).rejects.toMatchObject({ code: 'RXM437' });
    await expect(log.streamHead('s')).resolves.toBeUndefined();
  });

  it('tries again to remove what somebody has appended to meanwhile', async () => {
    const { server, log, open } = worldOf();
    await append(log, 's', ['a', 'b']);
    server.troubles.push(natsFailure('JetStreamApiError', 10_071, 'wrong last sequence: 9'));

    expect(await log.truncate('s', { before: 9 })).toBe(2);
    expect(server.messages).toHaveLength(1);
    await expect(append(open(), 's', ['c'], 2)).resolves.toMatchObject({ version: 3 });
  });
});

describe(`the hints of ${JetStreamEventLog.name}`, () => {
  it('come from others, once for all who listen, and after an outage', async () => {
    const { server, log, open } = worldOf();
    const heard: unknown[][] = [[], []];
    const all = heard.map((list) => log.hints$.subscribe((hint) => list.push(hint)));
    await settled();
    await append(open(), 's', ['a', 'b']);
    await append(log, 's', ['c']);
    server.put('log.t.~', 'junk');
    server.reconnect();
    const consumers = server.consumers;
    for (const one of all) one.unsubscribe();
    await settled();

    expect(heard[0]).toEqual([{}, { position: 1025 }, { position: 2048 }, {}, {}]);
    expect(heard[1]).toEqual(heard[0]);
    expect([consumers, server.consumers]).toEqual([1, 0]);
  });

  it('are told as missing once, and come back', async () => {
    const { server, clock, diagnostics, log } = worldOf();
    server.fails = natsFailure('TimeoutError');
    const hints: unknown[] = [];
    const heard = log.hints$.subscribe((hint) => hints.push(hint));
    for (let turn = 0; turn < 4; turn++) {
      await settled();
      clock.advance(30_000);
    }
    server.fails = undefined;
    await settled();
    clock.advance(30_000);
    await settled();
    const before = [...hints];
    server.closeConsumers(natsFailure('JetStreamError'));
    await settled();
    heard.unsubscribe();

    expect(before).toEqual([{}]);
    expect(diagnostics.codes).toEqual(['RXM438', 'RXM438']);
    expect(clock.pending).toBe(0);
  });

  it('go on where there is no connection at first', async () => {
    const { clock, diagnostics, open } = worldOf();
    const log = open({ jetstream$: throwError(() => new Error('no')), connected$: NEVER });
    const heard = log.hints$.subscribe();
    await settled();
    heard.unsubscribe();

    expect([diagnostics.codes, clock.pending]).toEqual([['RXM438'], 0]);
  });
});
