import {
  aParked,
  aWrite,
  describeReadModelStorage,
} from '../../spec-support/contracts/read-model-storage';
import { memoryReadModels } from './memory-read-models';

describeReadModelStorage(memoryReadModels.name, () => ({ storage: memoryReadModels() }));

describe(memoryReadModels.name, () => {
  it('is full at some time, and then stores nothing of a commit', async () => {
    const storage = memoryReadModels({ name: 'small', maxRecords: 2 });
    const commit = { checkpoint: 'c', expected: 0, position: 1, timestamp: 5 };
    await storage.compareAndSet(aWrite('a', 1), 0, 5);

    await expect(
      storage.commit({ ...commit, writes: [aWrite('b', 1)], parked: [aParked(1)] }),
    ).rejects.toMatchObject({ code: 'RXM503', log: 'small' });
    expect(await storage.list('m')).toHaveLength(1);
    expect(await storage.checkpoint('c')).toBeUndefined();
    await expect(
      storage.commit({ ...commit, writes: [aWrite('a', 2), aWrite('b', 1)] }),
    ).resolves.toMatchObject({ version: 1 });
    await expect(storage.compareAndSet(aWrite('c', 1), 0, 5)).rejects.toMatchObject({
      code: 'RXM503',
    });
    expect(await storage.compareAndSet(aWrite('b', undefined), 1, 5)).toBeUndefined();
  });

  it('says what it is', () => {
    expect(memoryReadModels()).toMatchObject({
      name: 'memory',
      capabilities: { crossTab: false, crossClient: false, atomicMany: true },
    });
    expect(() => memoryReadModels({ name: '' })).toThrow('MemoryReadModelsOptions.name');
    expect(() => memoryReadModels({ maxRecords: 0 })).toThrow('maxRecords');
  });
});
