import { TestBed } from '@angular/core/testing';
import { READ_MODEL_STORAGE, memoryReadModels } from 'rx-mesh/event-sourcing';
import { RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import type { Observable } from 'rxjs';
import { lastOf } from '../../spec-support/event-store-world';
import { type ReadModelSchema, withReadModels } from './read-model-options';
import { ReadModelSchemas } from './read-model-schemas';
import { ReadModelStoreService } from './read-model-store-service';

/** One application after the other, over the same storage. */
const deployments = () => {
  const storage = memoryReadModels();
  const deploy = (schemas: Readonly<Record<string, ReadModelSchema>> = {}) => {
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: READ_MODEL_STORAGE, useValue: storage },
        ...withReadModels({ schemas }).ɵproviders,
      ],
    });
    return {
      store: TestBed.inject(ReadModelStoreService),
      diagnostics: TestBed.inject(RecordingDiagnostics),
    };
  };
  return { storage, deploy };
};

const errorOf = async (source: Observable<unknown>): Promise<unknown> =>
  lastOf(source).catch((error: unknown) => error);

describe(ReadModelSchemas.name, () => {
  it('stores the first shape as it is, later ones with their number', async () => {
    const { storage, deploy } = deployments();
    const { store } = deploy({ b: { version: 2 } });
    await lastOf(store.put('a', '1', { x: 1 }));
    await lastOf(store.put('b', '1', { x: 1 }));

    expect((await storage.read('a', '1'))?.value).toEqual({ x: 1 });
    expect((await storage.read('b', '1'))?.value).toEqual({ $schema: 2, $data: { x: 1 } });
    expect(await lastOf(store.get('b', '1'))).toMatchObject({ data: { x: 1 }, version: 1 });
  });

  it('is not deceived by data that looks like an envelope', async () => {
    const { deploy } = deployments();
    const { store } = deploy();
    const data = { $schema: 9, $data: 'mine' };
    await lastOf(store.put('a', '1', data));

    expect(await lastOf(store.get('a', '1'))).toMatchObject({ data });
  });

  it('migrates older records as they are read, and stores them anew when they are written', async () => {
    const { storage, deploy } = deployments();
    await lastOf(deploy().store.put('carts', '1', ['tea']));
    const migrate = jest.fn((lines: unknown, from: number) => ({ lines, from }));
    const { store, diagnostics } = deploy({ carts: { version: 3, migrate } });

    expect(await lastOf(store.get('carts', '1'))).toMatchObject({
      data: { lines: ['tea'], from: 1 },
      version: 1,
    });
    expect((await storage.read('carts', '1'))?.value).toEqual(['tea']);

    await lastOf(store.update<object>('carts', '1', (cart) => ({ ...cart, paid: true })));

    expect((await storage.read('carts', '1'))?.value).toEqual({
      $schema: 3,
      $data: { lines: ['tea'], from: 1, paid: true },
    });

    migrate.mockClear();

    expect(await lastOf(store.get('carts', '1'))).toMatchObject({ version: 2 });
    expect(migrate).not.toHaveBeenCalled();
    expect(diagnostics.records).toEqual([]);
  });

  it.each([
    ['there is no migrate function', undefined, 'there is no migrate function'],
    [
      'migrate throws',
      () => {
        throw new Error('odd');
      },
      'could not be migrated',
    ],
  ])('leaves older records out when %s, and tells it once', async (_, migrate, message) => {
    const { deploy } = deployments();
    const old = deploy().store;
    for (const id of ['1', '2', '3']) await lastOf(old.put('carts', id, id));
    const { store, diagnostics } = deploy({ carts: { version: 2, migrate } });

    expect(await lastOf(store.get('carts', '1'))).toBeUndefined();
    expect(await lastOf(store.list('carts'))).toEqual([]);
    expect(diagnostics.records).toMatchObject([{ code: 'RXM553', severity: 'warning', source: 'cqrs' }]); // prettier-ignore
    expect(diagnostics.records[0]?.message).toContain(message);
  });

  it('drops records of which migrate makes nothing, and says nothing', async () => {
    const { deploy } = deployments();
    await lastOf(deploy().store.put('carts', '1', 1));
    const { store, diagnostics } = deploy({ carts: { version: 2, migrate: () => undefined } });

    expect(await lastOf(store.get('carts', '1'))).toBeUndefined();
    expect(diagnostics.records).toEqual([]);
  });

  it('writes over what is dropped, as if it were not there', async () => {
    const { storage, deploy } = deployments();
    const old = deploy().store;
    for (const id of ['1', '2', '3', '4']) await lastOf(old.put('carts', id, id));
    const { store } = deploy({ carts: { version: 2 } });

    expect(await errorOf(store.compareAndSet('carts', '1', 'new', 7))).toMatchObject({ actual: 1 });
    expect(await lastOf(store.compareAndSet('carts', '1', 'new', 0))).toMatchObject({
      data: 'new',
      version: 2,
    });
    expect(await lastOf(store.put('carts', '2', 'new'))).toMatchObject({ data: 'new', version: 2 });
    expect(
      await lastOf(store.update('carts', '3', (before) => [before ?? 'nothing'])),
    ).toMatchObject({ data: ['nothing'] });

    await lastOf<unknown>(store.remove('carts', '4'));

    expect(await storage.read('carts', '4')).toBeUndefined();
  });

  it('neither shows nor spoils what a newer application has written', async () => {
    const { storage, deploy } = deployments();
    await lastOf(deploy({ carts: { version: 3 } }).store.put('carts', '1', 'new'));
    const { store, diagnostics } = deploy({ carts: { version: 2, migrate: (data) => data } });

    expect(await lastOf(store.get('carts', '1'))).toBeUndefined();

    for (const write of [
      store.put('carts', '1', 'old'),
      store.update('carts', '1', () => 'old'),
      store.compareAndSet('carts', '1', 'old', 0),
      store.remove('carts', '1'),
    ]) {
      expect(await errorOf(write)).toMatchObject({ code: 'RXM511', expected: 0, actual: 1 });
    }

    expect((await storage.read('carts', '1'))?.value).toEqual({ $schema: 3, $data: 'new' });
    expect(diagnostics.records).toHaveLength(1);
  });

  it('neither shows nor spoils what cannot be migrated, until it can', async () => {
    const { storage, deploy } = deployments();
    await lastOf(deploy().store.put('carts', '1', ['tea']));
    const broken = () => {
      throw new Error('odd');
    };
    const { store } = deploy({ carts: { version: 2, migrate: broken } });

    for (const write of [
      store.put('carts', '1', 'new'),
      store.update('carts', '1', () => 'new'),
      store.compareAndSet('carts', '1', 'new', 0),
      store.compareAndSet('carts', '1', 'new', 1),
      store.remove('carts', '1'),
      store.remove('carts', '1', 1),
    ]) {
      expect(await errorOf(write)).toMatchObject({ code: 'RXM511', expected: 0, actual: 1 });
    }

    expect((await storage.read('carts', '1'))?.value).toEqual(['tea']);

    const mended = deploy({ carts: { version: 2, migrate: (lines) => ({ lines }) } }).store;

    expect(await lastOf(mended.get('carts', '1'))).toMatchObject({ data: { lines: ['tea'] } });
  });

  it('fills a page up behind records that are left out', async () => {
    const { deploy } = deployments();
    const old = deploy().store;
    for (const id of ['a', 'b', 'c', 'e']) await lastOf(old.put('carts', id, id));
    const { store } = deploy({ carts: { version: 2 } });
    for (const id of ['d', 'f', 'g']) await lastOf(store.put('carts', id, id));
    const page = await lastOf(store.list('carts', { max: 2 }));
    const next = await lastOf(store.list('carts', { max: 2, after: 'f' }));

    expect([page, next].map((all) => all.map(({ id }) => id))).toEqual([['d', 'f'], ['g']]);
  });

  it.each([
    [null],
    [{ carts: null }],
    [{ carts: { version: 0 } }],
    [{ carts: { version: 1.5 } }],
    [{ carts: { version: 2, migrate: 'no' } }],
  ])('refuses the schemas %p', (schemas) => {
    expect(() => withReadModels({ schemas: schemas as never })).toThrow(
      expect.objectContaining({ code: 'RXM101', option: 'ReadModelOptions.schemas' }) as Error,
    );
  });

  it('is safe from names that objects have', async () => {
    const { deploy } = deployments();
    const { store } = deploy();
    await lastOf(store.put('constructor', '__proto__', { a: 1 }));

    expect(await lastOf(store.get('constructor', '__proto__'))).toMatchObject({ data: { a: 1 } });
  });
});
