import { dropOldDatabases, liveDatabase } from './live-databases';

describe(dropOldDatabases.name, () => {
  it('drops those of other runs, and nothing else', async () => {
    const names = [liveDatabase('old'), liveDatabase('new'), 'rx-mesh-demo', undefined];
    const dropped: string[] = [];
    const factory = {
      databases: async () => Promise.resolve(names.map((name) => ({ name }))),
      deleteDatabase: (name: string) => dropped.push(name),
    };
    await dropOldDatabases(factory as unknown as IDBFactory, 'new');
    expect(dropped).toEqual([liveDatabase('old')]);
  });
});
