import { NEVER, Observable, of, throwError } from 'rxjs';
import { LongPollSlots } from './long-poll-slots';

const setUp = () => {
  const slots = new LongPollSlots();
  const begun: string[] = [];
  const poll = (name: string, url = 'https://a.test/x') =>
    slots
      .hold(
        url,
        new Observable<never>(() => {
          begun.push(name);
        }),
      )
      .subscribe();
  return { slots, begun, poll };
};

describe(LongPollSlots.name, () => {
  it('lets three run to an origin, and the rest in order', () => {
    const { slots, begun, poll } = setUp();
    const polls = ['1', '2', '3', '4', '5'].map((name) => poll(name));

    expect(begun).toEqual(['1', '2', '3']);
    expect(slots.waitingFor('https://a.test/y')).toBe(2);

    polls[1]?.unsubscribe();

    expect(begun).toEqual(['1', '2', '3', '4']);
    expect(slots.waitingFor('https://a.test')).toBe(1);
  });

  it('forgets who no longer waits', () => {
    const { slots, begun, poll } = setUp();
    const polls = ['1', '2', '3', '4', '5'].map((name) => poll(name));
    polls[3]?.unsubscribe();
    polls[0]?.unsubscribe();

    expect(begun).toEqual(['1', '2', '3', '5']);
    expect(slots.waitingFor('https://a.test')).toBe(0);
  });

  it('gives the slot back when the work completes or errors, also at once', () => {
    const { slots, begun, poll } = setUp();
    const heard: unknown[] = [];
    for (let n = 0; n < 5; n++) {
      slots.hold('/own', of(n)).subscribe((value) => heard.push(value));
      slots
        .hold(
          '/own',
          throwError(() => new Error('no')),
        )
        .subscribe({ error: (error: unknown) => heard.push(String(error)) });
    }
    poll('last', '/own');

    expect(heard).toEqual([
      0,
      'Error: no',
      1,
      'Error: no',
      2,
      'Error: no',
      3,
      'Error: no',
      4,
      'Error: no',
    ]);
    expect(begun).toEqual(['last']);
  });

  it('counts each origin by itself, and paths as that of the page', () => {
    const { slots, begun, poll } = setUp();
    for (let n = 0; n < 3; n++) poll('a');
    poll('b', 'https://b.test');
    poll('own', '/registry');

    expect(begun).toEqual(['a', 'a', 'a', 'b', 'own']);
    expect(slots.waitingFor('/other')).toBe(0);
  });

  it('does nothing before it is subscribed', () => {
    const { slots, begun, poll } = setUp();
    for (let n = 0; n < 5; n++) slots.hold('https://a.test', NEVER);
    poll('1');

    expect(begun).toEqual(['1']);
  });
});
