import fc from 'fast-check';
import { anEvent, append } from '../../spec-support/contracts/event-log';
import { HttpLogWorld, failureOf } from '../../spec-support/http-log-world';
import { HttpEventLog } from './http-event-log';
import { HTTP_EVENT_LOG } from './http-event-log-options';

const world = new HttpLogWorld();
const log = new HttpEventLog(HTTP_EVENT_LOG.resolve({ url: 'http://log.test' }), world.ports);

const event = (fields: object = {}) => ({
  ...anEvent('a'),
  stream: 's',
  version: 1,
  position: 1,
  timestamp: 1,
  ...fields,
});
const page = (fields: object = {}) => ({ events: [event()], next: 2, end: true, ...fields });
const second = event({ id: 'b', version: 2, position: 2 });
const TRAP = '{"events":[{"id":"a","type":"T","schemaVersion":1,"aggregateId":"1","aggregateType":"s","data":{"__proto__":{"admin":true}},"metadata":{"serviceId":"x"},"stream":"s","version":1,"position":1,"timestamp":1}],"next":2,"end":true}'; // prettier-ignore
const DEEP = TRAP.replace('{"__proto__":{"admin":true}}', '['.repeat(100) + ']'.repeat(100));

describe('an answer that is none', () => {
  const ofStream: readonly [string, unknown][] = [
    ['is no JSON', '<html>Please sign in</html>'],
    ['is empty', ''],
    ['is null', null],
    ['is a list', []],
    ['has no events', { next: 1, end: true }],
    ['has no end', page({ end: 1 })],
    ['has no next', page({ next: 1.5 })],
    ['has an event that is null', page({ events: [null] })],
    ['has an event without an id', page({ events: [event({ id: '' })] })],
    ['has an event without data', page({ events: [event({ data: undefined })] })],
    ['has an event without metadata', page({ events: [event({ metadata: {} })] })],
    ['has an event at version 0', page({ events: [event({ version: 0 })] })],
    ['has an event with a time that is a text', page({ events: [event({ timestamp: '1' })] })],
    ['has an event of another stream', page({ events: [event({ stream: 't' })] })],
    ['comes back to an event', page({ events: [event(), event()] })],
    ['is in the wrong order', page({ events: [second, event()], next: 3 })],
    ['does not lead behind its events', page({ next: 1 })],
    ['has more than was asked for', page({ events: [event(), second, event({ version: 3 })], next: 4 })], // prettier-ignore
    ['has a trap in its data', TRAP],
    ['has data that is too deep', DEEP],
  ];

  it.each(ofStream)('%s', async (_title, answer) => {
    world.answer(answer);
    const error = await failureOf(log.readStream('s', { from: 1, max: 2 }));

    expect(error).toMatchObject({ code: 'RXM531' });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ['a page of the log that is not behind the place', { events: [event()], next: 9, end: true }],
    ['a page of the log that stands still', { events: [], next: 4, end: false }],
    ['a page of the log that goes back', { events: [], next: 3, end: true }],
  ])('%s', async (_title, answer) => {
    world.answer(answer);

    expect(await failureOf(log.readAll({ after: 4 }))).toMatchObject({ code: 'RXM531' });
  });

  it.each([
    ['stands still', { events: [], next: 3, end: false }],
    ['goes the other way', { events: [], next: 4, end: true }],
    ['begins too far', page({ events: [event({ version: 4 })], next: 3 })],
  ])('a page backward that %s', async (_title, answer) => {
    world.answer(answer);
    const range = { direction: 'backward', from: 3 } as const;

    expect(await failureOf(log.readStream('s', range))).toMatchObject({ code: 'RXM531' });
  });

  it.each([
    {},
    { head: undefined },
    { head: { stream: 't', version: 1, count: 1, timestamp: 1 } },
    { head: { stream: 's', version: -1, count: 1, timestamp: 1 } },
    { head: 'none' },
  ])('the head of a stream %j', async (answer) => {
    world.answer(answer);

    expect(await failureOf(log.streamHead('s'))).toMatchObject({ code: 'RXM531' });
  });

  it.each([{}, { position: '1', count: 1 }, { position: 1 }])('the head %j', async (answer) => {
    world.answer(answer);

    expect(await failureOf(log.head())).toMatchObject({ code: 'RXM531' });
  });

  it('streams that are in no order, or none', async () => {
    const head = (stream: string) => ({ stream, version: 1, count: 1, timestamp: 1 });
    const heads = async (...streams: readonly object[]) => {
      world.answer({ streams });
      return failureOf(log.streams('b', 2));
    };

    expect(await heads(head('c'), head('d'))).toBeUndefined();
    expect(await heads(head('b'))).toMatchObject({ code: 'RXM531' });
    expect(await heads(head('d'), head('c'))).toMatchObject({ code: 'RXM531' });
    expect(await heads(head('c'), head('d'), head('e'))).toMatchObject({ code: 'RXM531' });
    world.answer({ removed: -1 });
    expect(await failureOf(log.truncate('s', {}))).toMatchObject({ code: 'RXM531' });
  });

  it.each([
    {},
    { stream: 't', version: 4, position: 4, count: 1, duplicate: false },
    { stream: 's', version: 5, position: 5, count: 1, duplicate: false },
    { stream: 's', version: 4, position: 4, count: 2, duplicate: false },
    { stream: 's', version: 4, position: 0, count: 1, duplicate: false },
    { stream: 's', version: 4, position: 4, count: 1, duplicate: 'no' },
  ])('the result of an append %j', async (answer) => {
    world.answer(answer);

    expect(await failureOf(append(log, 's', ['a'], 3))).toMatchObject({
      code: 'RXM505',
      cause: { code: 'RXM531' },
    });
  });

  it('whatever it is, is an error of the house or a page in order', async () => {
    const aField = fc.oneof(fc.jsonValue(), fc.nat({ max: 4 }), fc.boolean());
    const anAnswer = fc.oneof(
      fc.jsonValue(),
      fc.record({
        events: fc.array(
          fc.record({ version: aField, position: aField, data: aField }).map((some) => event(some)),
          { maxLength: 3 },
        ),
        next: aField,
        end: aField,
      }),
    );
    await fc.assert(
      fc.asyncProperty(anAnswer, async (answer) => {
        world.answer(answer);
        const found = await log.readAll({ after: 1 }).catch((error: unknown) => error);
        const { code, events = [], next = 0 } = found as { code?: string; events?: { position: number }[]; next?: number }; // prettier-ignore
        const places = [1, ...events.map(({ position }) => position)];

        expect([undefined, 'RXM531']).toContain(code);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect(code !== undefined || next >= (places.at(-1) ?? 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives data that nobody can change', async () => {
    world.answer(page());
    const [found] = (await log.readStream('s')).events;

    expect(found).toEqual(event());
    expect(Object.isFrozen(found?.data)).toBe(true);
  });
});
