import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { toArray } from 'rxjs';
import { anEvent, append, readLog } from '../../spec-support/contracts/event-log';
import { allOf, eventStoreWorld, lastOf, patchable } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import type { EventEnvelope } from '../event-envelope';
import { memoryEventLog } from '../log/memory-event-log';
import { exportedText } from './export-ndjson';
import { importedText } from './import-ndjson';
import type { NdjsonSource } from './text-lines';

const values = { maxEventBytes: 10_000, durability: 'relaxed' } as const;
const exported = async (log = memoryEventLog()) => (await allOf(exportedText(log, {}))).join('');
const imported = async (text: NdjsonSource, log = memoryEventLog()) =>
  lastOf(importedText(log, text, values));

// What was imported can be told from what has happened here; all else is the same.
const marked = (events: readonly EventEnvelope[]) =>
  events.map((event) => ({ ...event, metadata: { ...event.metadata, imported: true } }));

const filled = async () => {
  const log = memoryEventLog();
  await append(log, 's', ['a', 'b']);
  await append(log, 't', ['c']);
  const events = [anEvent('d', { data: { text: 'line\nbreak ü 🚀', list: [null, 0] } })];
  await log.append({ stream: 's', events, timestamp: 7 }, 2);
  return log;
};

// Blocks have checksums of their own, so two blocks need more events than one has.
const large = async () => {
  const log = memoryEventLog();
  for (let at = 0; at < 60; at++) {
    await append(
      log,
      `s${at % 7}`,
      Array.from({ length: 20 }, (_, i) => `e${at}.${i}`),
    );
  }
  return log;
};

// jsdom has none.
const provide = (subtle: unknown) =>
  Object.defineProperty(globalThis.crypto, 'subtle', { configurable: true, value: subtle });

beforeAll(() => provide(webcrypto.subtle));

describe(exportedText.name, () => {
  it('gives lines of JSON with a checksum', async () => {
    const lines = (await exported(await filled())).trimEnd().split('\n');
    const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const checksum = read[5]?.['checksum'];

    expect(lines).toHaveLength(7);
    expect(read[0]).toEqual({ format: 'rx-mesh-events', version: 1 });
    expect(read[1]).toEqual({ ...anEvent('a'), stream: 's', version: 1, position: 1, timestamp: 1000 }); // prettier-ignore
    expect(checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(read[6]).toEqual({ end: true, events: 4, checksum });
  });

  it('never holds more than a block', async () => {
    const chunks = await allOf(exportedText(await large(), {}));

    expect(chunks.map((chunk) => chunk.trimEnd().split('\n').length)).toEqual([
      1, 501, 501, 201, 1,
    ]);
  });

  it('refuses a place that is none, rather than to give nothing', async () => {
    await expect(allOf(exportedText(await filled(), { after: NaN }))).rejects.toMatchObject({ code: 'RXM101' }); // prettier-ignore
  });

  it('fails where there is no cryptography', async () => {
    provide(undefined);

    await expect(exported()).rejects.toMatchObject({ code: 'RXM508', line: 0 });
    provide(webcrypto.subtle);
  });
});

describe(importedText.name, () => {
  it('makes the same log again', async () => {
    const [log, copy] = [await large(), memoryEventLog()];

    expect(await imported(await exported(log), copy)).toEqual({
      events: 1200,
      stored: 1200,
      known: 0,
    });
    expect(await readLog(copy)).toEqual(marked(await readLog(log)));
  });

  it('stores nothing twice', async () => {
    const [log, copy] = [await filled(), memoryEventLog()];
    const text = await exported(log);
    await imported(text, copy);

    expect(await imported(text, copy)).toEqual({ events: 4, stored: 0, known: 4 });
    expect(await imported(text, log)).toEqual({ events: 4, stored: 0, known: 4 });
    expect(await readLog(copy)).toEqual(marked(await readLog(log)));
  });

  it('keeps the versions of a stream whose oldest events are gone', async () => {
    const [log, copy] = [await filled(), memoryEventLog()];
    await log.truncate('s', { before: 3 });
    const text = await exported(log);
    await imported(text, copy);

    expect(await imported(text, copy)).toEqual({ events: 2, stored: 0, known: 2 });
    expect(await copy.readStream('s')).toMatchObject({ events: [{ id: 'd', version: 3 }] });
  });

  it('takes chunks that are cut anywhere, of any kind', async () => {
    const text = await exported(await filled());
    const expected = { events: 4, stored: 4, known: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: text.length })), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = at.slice(1).map((to, index) => text.slice(at[index], to));

        expect(await imported(chunks)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
    const stream = new ReadableStream<string>({
      start: (controller) => {
        controller.enqueue(text);
        controller.close();
      },
    });

    expect(await imported(stream)).toEqual(expected);
    expect(await imported(text)).toEqual(expected);
  });

  it('lets go of a stream that gives nothing, once nobody waits for it', async () => {
    const [cancel, errors] = [jest.fn(), jest.fn()];
    const source = new ReadableStream<string>({ cancel });
    const importing = importedText(memoryEventLog(), source, values).subscribe({ error: errors });
    await settled();
    importing.unsubscribe();
    await settled();

    expect(cancel).toHaveBeenCalledTimes(1);
    expect(errors).not.toHaveBeenCalled();
  });

  it('notices whatever is changed, and stores nothing of that block', async () => {
    const log = await filled();
    const text = await exported(log);
    const whole = await readLog(log);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: text.length - 2 }),
        fc.constantFrom('x', '7', '"', '', '\n', '}'),
        async (at, character) => {
          const changed = text.slice(0, at) + character + text.slice(at + 1);
          const copy = memoryEventLog();
          const end = await imported(changed, copy).catch((error: unknown) => error);
          const same = changed.replace(/\n+/g, '\n') === text;

          expect(end).toMatchObject(same ? { events: 4 } : { code: 'RXM508' });
          const stored = await readLog(copy);
          expect([0, whole.length]).toContain(stored.length);
          expect(stored).toEqual(marked(whole.slice(0, stored.length)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('notices a block that is missing, double or out of order, and an end that is missing', async () => {
    const [head = '', one = '', two = '', three = '', end = ''] = await allOf(exportedText(await large(), {})); // prettier-ignore
    const refused = { code: 'RXM508' };

    await expect(imported([head, two, three, end])).rejects.toMatchObject(refused);
    await expect(imported([head, one, one, two, three, end])).rejects.toMatchObject(refused);
    await expect(imported([head, two, one, three, end])).rejects.toMatchObject(refused);
    await expect(imported([head, one, two, end])).rejects.toMatchObject(refused);
    await expect(imported([head, one, two, three])).rejects.toMatchObject({
      problem: expect.stringContaining('the text ends before its end') as string,
    });
    await expect(imported([head, one, two, three, end, one])).rejects.toMatchObject(refused);
  });

  it.each([
    ['', 1, /ends before its end/],
    ['[1]\n', 1, /no export of rx-mesh/],
    ['7\n', 1, /it is no object/],
    ['{"format":"rx-mesh-events","version":2}\n', 1, /known version/],
    ['x'.repeat(130_000), 1, /longer than 120000 characters/],
  ])('names the line of a wrong text (%#)', async (text, line, problem) => {
    await expect(imported(text)).rejects.toMatchObject({
      code: 'RXM508',
      line,
      problem: expect.stringMatching(problem) as string,
    });
  });

  it.each([null, '1000', true, []])('takes no %j for a time', async (timestamp) => {
    const log = await filled();
    const wrong = patchable(log);
    wrong.readAll = async (range) => {
      const page = await log.readAll(range);
      return { ...page, events: page.events.map((event) => ({ ...event, timestamp: timestamp as never })) }; // prettier-ignore
    };

    await expect(imported(await exported(wrong))).rejects.toMatchObject({
      code: 'RXM508',
      problem: 'timestamp is no number',
    });
  });

  it('tells when the log has other events at the same place, and what it has stored before', async () => {
    const text = await exported(await filled());
    const other = memoryEventLog();
    await append(other, 't', ['other']);

    await expect(imported(text, other)).rejects.toMatchObject({
      code: 'RXM508',
      line: 6,
      problem: 'the log does not take version 1 of "t"',
      cause: { code: 'RXM501' },
    });
  });

  it('is a part of the store', async () => {
    const { store } = eventStoreWorld([], await filled());
    const text = (await allOf(store.exportNdjson({ category: 's' }))).join('');
    const reports = await lastOf(store.importNdjson(text).pipe(toArray()));

    expect(reports.at(-1)).toEqual({ events: 3, stored: 0, known: 3 });
  });
});
