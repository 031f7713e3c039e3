import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { EVENT_LOG } from 'rx-mesh/event-sourcing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { readCommit } from './jetstream-commit';
import {
  JetStreamConfigError,
  JetStreamHeadError,
  JetStreamListingError,
  isJetStreamConfigError,
  isJetStreamHeadError,
  isJetStreamListingError,
} from './jetstream-errors';
import { JetStreamEventLog } from './jetstream-event-log';
import { hashOf } from './jetstream-hash';
import type { JetStreamOptions } from './jetstream-options';
import { categorySubject, streamOf, subjectOf } from './jetstream-subject';
import { withNats } from './nats-connection';
import { withJetStream } from './with-jetstream';

describe(subjectOf.name, () => {
  it.each([
    ['order-7', 'e.order.7'],
    ['order', 'e.order.~'],
    ['order-', 'e.order.='],
    ['-7', 'e.=.7'],
    ['a.b-c d*>', 'e.a=2Eb.c=20d=2A=3E'],
    ['a-b-c', 'e.a.b-c'],
  ])('of %j is %j, and leads back', (stream, subject) => {
    expect(subjectOf('e', stream)).toBe(subject);
    expect(streamOf('e', subject)).toBe(stream);
  });

  it('is one for each name, and none with a wildcard', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (stream) => {
        const subject = subjectOf('a.b', stream);

        expect(streamOf('a.b', subject)).toBe(stream);
        expect(subject).toMatch(/^a\.b\.[\w=-]+\.(?:~|[\w=-]+)$/);
      }),
    );
  });

  it.each(['e', 'e.a', 'e.a.b.c', 'x.a.b', 'e.a b.c', 'e.=zz.~', 'e.a-b.c', 'e.a-b.~'])(
    'is not %j',
    (subject) => {
      expect(streamOf('e', subject)).toBeUndefined();
    },
  );

  it('has a wildcard for a category', () => {
    expect(categorySubject('e', 'or.der')).toBe('e.or=2Eder.*');
  });
});

describe(hashOf.name, () => {
  it('differs where anything differs', () => {
    const lists = [[], [''], ['', ''], ['a'], ['a', ''], ['a', 'b'], ['ab'], ['b', 'a'], ['ä']];
    const many = Array.from({ length: 20_000 }, (_, at) => [`s-${at % 7}`, `id-${at}`]);
    const all = [...lists, ...many].map(hashOf);

    expect(new Set(all).size).toBe(all.length);
    expect(hashOf(['a', 'b'])).toBe(hashOf(['a', 'b']));
    expect(all.every((hash) => /^[\da-z]+(?:-[\da-z]+){3}$/.test(hash))).toBe(true);
  });
});

describe(readCommit.name, () => {
  const event = { id: 'a', type: 'T', schemaVersion: 1, aggregateId: '1', aggregateType: 's', data: 0, metadata: { serviceId: 'x' } }; // prettier-ignore
  const commit = { v: 1, stream: 's', first: 1, total: 1, at: 5, events: [event] };

  it('reads what was written', () => {
    expect(readCommit(3, 's', JSON.stringify(commit))).toEqual({ seq: 3, stream: 's', first: 1, total: 1, at: 5, events: [event] }); // prettier-ignore
  });

  it.each([
    { v: 2 },
    { stream: 't' },
    { first: 0 },
    { total: 0 },
    { at: '5' },
    { events: {} },
    { events: [{ ...event, id: 1 }] },
    { events: [{ ...event, schemaVersion: 0 }] },
    { events: [{ ...event, data: undefined }] },
    { events: [{ ...event, metadata: null }] },
  ])('does not take one with %j', (fields) => {
    expect(readCommit(3, 's', JSON.stringify({ ...commit, ...fields }))).toBeUndefined();
  });

  it('does not take a trap, nor what is too deep, nor anything else', () => {
    const text = JSON.stringify(commit);
    const deep = text.replace('"data":0', `"data":${'['.repeat(99)}${']'.repeat(99)}`);

    expect(readCommit(3, 's', text.replace('"data":0', '"data":{"__proto__":1}'))).toBeUndefined();
    expect(readCommit(3, 's', deep)).toBeUndefined();
    expect(readCommit(3, undefined, text)).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => readCommit(1, 's', body) === undefined), // prettier-ignore
    );
  });
});

describe(withJetStream.name, () => {
  it('is the log of the application, and opens nothing', () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withNats({ servers: ['ws://127.0.0.1:1'] }).ɵproviders,
        ...withJetStream({ stream: 'EVENTS' }).ɵproviders,
      ],
    });
    const log = TestBed.inject(EVENT_LOG);

    expect(log).toBeInstanceOf(JetStreamEventLog);
    expect(log).toMatchObject({ name: 'EVENTS', durability: 'server' });
  });

  it.each<Partial<JetStreamOptions>>([
    { stream: '' },
    { stream: 'a.b' },
    { subject: 'a.*' },
    { subject: '.a' },
    { replicas: 6 },
    { storage: 'disk' as 'file' },
    { duplicateWindow: 99 },
    { maxBytes: 0 },
    { create: 1 as unknown as boolean },
    { truncate: 1 as unknown as boolean },
  ])('refuses %j', (options) => {
    expect(() => withJetStream({ stream: 'EVENTS', ...options })).toThrow(/JetStreamOptions/);
  });
});

describe('the errors of a log in JetStream', () => {
  it('have codes, guards and words', () => {
    const config = new JetStreamConfigError('EVENTS', 'max_age', 'no limit', undefined);
    const head = new JetStreamHeadError('EVENTS', 'e.s.~', 7);
    const listing = new JetStreamListingError('EVENTS', 11, 10);

    expect([config.code, head.code, listing.code]).toEqual(['RXM435', 'RXM437', 'RXM439']);
    expect([config, head, listing].map(isJetStreamConfigError)).toEqual([true, false, false]);
    expect([config, head, listing].map(isJetStreamHeadError)).toEqual([false, true, false]);
    expect([config, head, listing].map(isJetStreamListingError)).toEqual([false, false, true]);
    expect(config.message).toContain('has max_age not set, but must have no limit');
  });
});
