import { describeWriteJournal, entryOf } from '../../spec-support/contracts/write-journal';
import { memoryJournal, slotOf } from './write-journal';

describeWriteJournal('memoryJournal', () => ({ journal: memoryJournal() }));

describe(memoryJournal.name, () => {
  it('is of one page', async () => {
    const journal = memoryJournal();
    await journal.write('put', [entryOf('a', '1')]);

    expect(journal.durable).toBe(false);
    expect(await memoryJournal().list()).toEqual([]);
  });
});

describe(slotOf.name, () => {
  it('is another one for another user or key', () => {
    const slots = [
      slotOf({ scope: undefined, key: 'a' }),
      slotOf({ scope: '', key: 'a' }),
      slotOf({ scope: 'null', key: 'a' }),
      slotOf({ scope: 'a', key: '' }),
      slotOf({ scope: '","', key: '' }),
      slotOf({ scope: '', key: '","' }),
    ];

    expect(new Set(slots).size).toBe(slots.length);
  });
});
