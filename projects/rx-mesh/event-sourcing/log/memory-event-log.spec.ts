import { append, describeEventLog, readLog } from '../../spec-support/contracts/event-log';
import { memoryEventLog } from './memory-event-log';

describeEventLog(memoryEventLog.name, () => ({ log: memoryEventLog() }));

describe(memoryEventLog.name, () => {
  it('has no room for more than it is told', async () => {
    const log = memoryEventLog({ name: 'small', maxEvents: 2 });
    await append(log, 's', ['a']);

    await expect(append(log, 's', ['b', 'c'])).rejects.toMatchObject({
      code: 'RXM503',
      log: 'small',
    });
    await expect(append(log, 's', ['b'])).resolves.toMatchObject({ version: 2 });
    expect(await readLog(log)).toHaveLength(2);
  });

  it.each([{ maxEvents: 0 }, { name: '' }])('refuses %p', (options) => {
    expect(() => memoryEventLog(options)).toThrow(/MemoryEventLogOptions/);
  });

  it('looks at no more than ten thousand events for one page', async () => {
    const log = memoryEventLog();
    const ids = Array.from({ length: 10_050 }, (_, at) => `e${at}`);
    await append(log, 's', ids);
    const page = await log.readAll({ filter: { types: ['Other'] } });

    expect(page).toEqual({ events: [], next: 10_000, end: false });
  });
});
