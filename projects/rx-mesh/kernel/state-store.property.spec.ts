import fc from 'fast-check';
import { StateStore } from './state-store';

interface Account {
  readonly owner: string;
  readonly balance: number;
  readonly tags: readonly string[];
}
type Write = (account: Account) => Account;

const START: Account = { owner: 'Ada', balance: 0, tags: [] };

const aWrite: fc.Arbitrary<Write> = fc.oneof(
  fc.constantFrom('Ada', 'Bob').map((owner): Write => (account) => ({ ...account, owner })),
  fc.constantFrom(0, -0, NaN, 1, 2).map((balance): Write => (account) => ({ ...account, balance })),
  fc
    .constantFrom('new', 'gold')
    .map((tag): Write => (account) => ({ ...account, tags: [...account.tags, tag] })),
  // Changes nothing.
  fc.constant<Write>((account) => account),
);

const copyOf = (account: Account): Account => ({ ...account, tags: [...account.tags] });

describe(`${StateStore.name}, after any writes`, () => {
  it('has told all states in order, and changed none of them afterwards', () => {
    fc.assert(
      fc.property(fc.array(aWrite), (writes) => {
        const store = new StateStore(START);
        const seen: Account[] = [];
        const told: Account[] = [copyOf(START)];
        store.changes$.subscribe((account) => seen.push(account));
        let model = START;
        for (const write of writes) {
          // The store is shown objects of its own, the model another one of the same content.
          store.update(write);
          const next = write(model);
          if (next !== model) told.push(copyOf(next));
          model = next;
        }
        expect(seen).toEqual(told);
        expect(store.snapshot).toBe(seen.at(-1));
        expect(store.signal()).toBe(seen.at(-1));
      }),
    );
  });

  it('tells a part only when it changes, in the order of the whole', () => {
    fc.assert(
      fc.property(fc.array(aWrite), (writes) => {
        const store = new StateStore(START);
        const whole: number[] = [];
        const part: number[] = [];
        store.changes$.subscribe(({ balance }) => whole.push(balance));
        store.select(({ balance }) => balance).subscribe((balance) => part.push(balance));
        for (const write of writes) store.update(write);
        const changed = whole.filter((balance, i) => i === 0 || !Object.is(balance, whole[i - 1]));
        expect(part).toEqual(changed);
      }),
    );
  });

  it('tells a subscriber of any time the present state, then the same as all others', () => {
    fc.assert(
      fc.property(fc.array(aWrite), fc.nat({ max: 20 }), (writes, at) => {
        const store = new StateStore(START);
        const early: Account[] = [];
        const late: Account[] = [];
        let before = -1;
        store.changes$.subscribe((account) => early.push(account));
        [...writes, undefined].forEach((write, i) => {
          if (i === Math.min(at, writes.length)) {
            before = early.length - 1;
            store.changes$.subscribe((account) => late.push(account));
          }
          if (write) store.update(write);
        });
        expect(late).toEqual(early.slice(before));
        expect(late[0]).toBe(early[before]);
      }),
    );
  });

  it('tells everybody the same order, and the signal is the last of it, when listeners write', () => {
    // What a listener writes when it hears a number: each number has some answers, used once.
    const answers = fc.array(fc.array(fc.nat({ max: 4 }), { maxLength: 3 }), { maxLength: 5 });
    const aNumber = fc.nat({ max: 4 });
    fc.assert(
      fc.property(answers, fc.array(aNumber), fc.nat({ max: 3 }), (replies, writes, others) => {
        const store = new StateStore(0);
        const left = replies.map((numbers) => [...numbers]);
        const heard = Array.from({ length: others + 1 }, (): number[] => []);
        for (const list of heard) {
          store.changes$.subscribe((state) => {
            list.push(state);
            const reply = left[state]?.shift();
            if (reply !== undefined) store.update(() => reply);
          });
        }
        for (const number of writes) store.update(() => number);
        for (const list of heard) {
          // One who came later may have missed what an earlier one wrote on its first value.
          expect(heard[0]?.slice(-list.length)).toEqual(list);
          expect(list.at(-1)).toBe(store.snapshot);
        }
        expect(store.signal()).toBe(store.snapshot);
      }),
    );
  });
});
