import { Subject, defer, finalize, of, range } from 'rxjs';
import { commandWorld } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { settled } from '../../spec-support/settled';
import { CommandDeadlines } from './command-deadlines';

const slow = (id: string, aggregateId = id) => ({ type: 'Slow', aggregateId, payload: null, id });

/** A page whose handler answers when it is told to. */
function page() {
  const world = commandWorld();
  const answers = new Map<string, Subject<string>>();
  world.bus.register(
    'Slow',
    ({ id }) =>
      defer(() => {
        const answer = new Subject<string>();
        answers.set(id, answer);
        return answer;
      }),
    { timeout: 100 },
  );
  const send = (id: string, aggregateId?: string) => watched(world.bus.send(slow(id, aggregateId)));
  const advance = async (ms: number) => {
    world.clock.advance(ms);
    await settled();
  };
  return { ...world, answers, send, advance };
}

describe(CommandDeadlines.name, () => {
  it('needs one timer for all commands of a type, and none when nothing is under way', async () => {
    const { send, answers, clock, advance } = page();
    const all = ['a', 'b', 'c'].map((id) => send(id));

    expect(clock.pending).toBe(1);

    await advance(50);
    for (const answer of answers.values()) answer.next('done');

    expect(all.map(({ values }) => values)).toEqual([['done'], ['done'], ['done']]);
    expect(clock.pending).toBe(0);
  });

  it('ends each command at its own time, whatever becomes of those before it', async () => {
    const { send, answers, clock, advance } = page();
    const a = send('a');
    await advance(40);
    const b = send('b');
    await advance(20);
    const c = send('c');
    answers.get('a')?.next('done');
    await advance(79);

    expect([a.values, b.errors, c.errors]).toEqual([['done'], [], []]);

    await advance(1);

    expect([b.errors, c.errors]).toEqual([[expect.objectContaining({ code: 'RXM543' })], []]);

    await advance(20);

    expect(c.errors).toEqual([expect.objectContaining({ code: 'RXM543', begun: true, limit: 100 })]); // prettier-ignore
    expect(clock.pending).toBe(0);
  });

  it('measures the time of a command that is begun because another one was late', async () => {
    const { send, clock, advance } = page();
    const first = send('first', 'same');
    await advance(30);
    const other = send('other');
    const second = send('second', 'same');
    await advance(70);

    expect([first.errors.length, other.errors, second.errors]).toEqual([1, [], []]);

    await advance(30);

    expect([other.errors.length, second.errors]).toEqual([1, []]);

    await advance(70);

    expect(second.errors).toEqual([expect.objectContaining({ code: 'RXM543' })]);
    expect(clock.pending).toBe(0);
  });

  it('measures nothing of a command that is done at once', () => {
    const { bus, clock } = commandWorld();
    const pending: number[] = [];
    bus.register('Any', () => of('done').pipe(finalize(() => pending.push(clock.pending))));
    const sent = watched(bus.send({ type: 'Any', aggregateId: 'a', payload: null }));

    expect([sent.values, pending, clock.pending]).toEqual([['done'], [0], 0]);
  });

  it('takes the first value of a handler that has more at once, and leaves it', () => {
    const { bus } = commandWorld();
    let made = 0;
    bus.register('Any', () => defer(() => range(1, Infinity)).pipe(finalize(() => made++)));
    const sent = watched(bus.send({ type: 'Any', aggregateId: 'a', payload: null }));

    expect([sent.values, sent.completed(), made]).toEqual([[1], true, 1]);
  });
});
