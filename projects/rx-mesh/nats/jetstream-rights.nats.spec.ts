import { headers } from '@nats-io/nats-core';
import { readFileSync } from 'node:fs';
import { seededRandom, systemClock } from 'rx-mesh/kernel';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { append, readLog } from '../spec-support/contracts/event-log';
import { jetStreamClient } from '../spec-support/jetstream-client';
import { startNatsServer } from '../spec-support/nats-server';
import { JetStreamEventLog } from './jetstream-event-log';
import { JETSTREAM_LOG } from './jetstream-options';

/** The subjects that the page of the log names in a row of its table of rights. */
const rightsTo = (what: string): readonly string[] => {
  const page = readFileSync('docs/event-log-jetstream.md', 'utf8');
  const row = new RegExp(`^\\| ${what}[^|]*\\|(.*)\\|$`, 'm').exec(page)?.[1] ?? '';
  return Array.from(row.matchAll(/`((?:\$JS|events)[^`<]*)`/g), ([, subject]) => subject ?? '');
};

describe(JetStreamEventLog.name, () => {
  it('needs no more rights than its page says', async () => {
    const [writes, reads, purges] = ['append', 'read', 'remove'].map(rightsTo);
    const user = (name: string, ...lists: (readonly string[] | undefined)[]) => {
      const publish = JSON.stringify(lists.flatMap((list) => list ?? []));
      return `{ user: ${name}, password: p, permissions: { publish: ${publish}, subscribe: ["_INBOX.>"] } }`;
    };
    const users = [user('writer', writes, reads), user('keeper', writes, reads, purges)];
    const server = await startNatsServer({
      config: `authorization { users: [{ user: admin, password: p }, ${users.join(', ')}] }`,
    });
    const as = async (name: string) => jetStreamClient(server.url, { user: name, pass: 'p' });
    const clients = [await as('admin'), await as('writer'), await as('keeper')];
    const [admin, ...others] = clients;
    await admin?.manager.streams.add({ name: 'EVENTS', subjects: ['events.>'] });
    const diagnostics = new RecordingDiagnostics();
    const core = async () => Promise.resolve({ headers, wsconnect: undefined as never });
    const values = JETSTREAM_LOG.resolve({ stream: 'EVENTS', subject: 'events', create: false });
    const logs = others.map(({ access }) => new JetStreamEventLog(values, { access, modules: { core }, clock: systemClock, random: seededRandom(1), diagnostics })); // prettier-ignore
    const hints: unknown[] = [];
    const heard = logs.map((log) => log.hints$.subscribe((hint) => hints.push(hint)));
    for (const [at, log] of logs.entries()) {
      for (const part of 'abc') await append(log, `s-${at}`, [`${at}${part}`]);
      await log.readStream(`s-${at}`, { direction: 'backward', max: 2 });
      await log.streams();
      await log.head();
    }
    const [writer, keeper] = logs;
    const denied = await writer?.truncate('s-0', { before: 2 }).catch((error: unknown) => error);

    expect(rightsTo('append').length).toBeGreaterThan(2);
    expect(
      (await Promise.all(logs.map(async (log) => readLog(log)))).map(({ length }) => length),
    ).toEqual([6, 6]);
    expect(denied).toMatchObject({ code: 'RXM421', failure: 'denied' });
    expect(await keeper?.truncate('s-0', { before: 2 })).toBe(1);
    expect(hints.length).toBeGreaterThan(2);
    expect(diagnostics.codes).toEqual([]);

    for (const one of heard) one.unsubscribe();
    for (const client of clients) await client.close();
    await server.dispose();
  });
});
