import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { SERVICE_STORAGE } from '../sagas/service-ledger';
import { StoredState } from './stored-state';

const KEY = 'count';

const memory = (text?: string) => {
  const stored = new Map(text === undefined ? [] : [[KEY, text]]);
  return {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  };
};

const setUp = (storage: unknown) => {
  TestBed.configureTestingModule({ providers: [{ provide: SERVICE_STORAGE, useValue: storage }] });
  const read = (found: unknown) => (typeof found === 'number' ? found : 0);
  return TestBed.runInInjectionContext(() => new StoredState(KEY, read));
};

describe(StoredState.name, () => {
  it('outlives the page', () => {
    const storage = memory('4');
    const state = setUp(storage);
    const seen: number[] = [];
    state.changes$.subscribe((count) => seen.push(count));
    state.update((count) => count + 1);
    expect(state.value()).toBe(5);
    expect(seen).toEqual([4, 5]);
    expect(storage.getItem(KEY)).toBe('5');
  });

  it('changes what another tab has written', () => {
    const storage = memory();
    const state = setUp(storage);
    storage.setItem(KEY, '7');
    state.update((count) => count + 1);
    expect(state.value()).toBe(8);
  });

  it('sees what other tabs write while it follows', () => {
    const storage = memory();
    const state = setUp(storage);
    const following = state.following$.subscribe();
    const view = TestBed.inject(DOCUMENT).defaultView;
    storage.setItem(KEY, '3');
    view?.dispatchEvent(new StorageEvent('storage', { key: 'other' }));
    expect(state.value()).toBe(0);
    view?.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(state.value()).toBe(3);
    storage.setItem(KEY, '4');
    view?.dispatchEvent(new StorageEvent('storage', { key: null }));
    expect(state.value()).toBe(4);
    following.unsubscribe();
    storage.setItem(KEY, '5');
    view?.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(state.value()).toBe(4);
  });

  it.each([['no JSON'], ['{}'], ['null']])('distrusts %s', (text) => {
    expect(setUp(memory(text)).value()).toBe(0);
  });

  it.each([
    ['there is none', undefined],
    [
      'it is forbidden or full',
      {
        getItem: (): never => {
          throw new DOMException('no', 'SecurityError');
        },
        setItem: (): never => {
          throw new DOMException('no', 'QuotaExceededError');
        },
      },
    ],
  ])('knows for as long as the page when of storages %s', (_case, storage) => {
    const state = setUp(storage);
    state.update((count) => count + 2);
    state.update((count) => count + 2);
    expect(state.value()).toBe(4);
  });

  it('follows nobody where there is no window', () => {
    TestBed.configureTestingModule({
      providers: [
        { provide: SERVICE_STORAGE, useValue: undefined },
        { provide: DOCUMENT, useValue: { defaultView: null } },
      ],
    });
    const state = TestBed.runInInjectionContext(() => new StoredState(KEY, () => 0));
    let isOver = false;
    state.following$.subscribe({ complete: () => (isOver = true) });
    expect(isOver).toBe(true);
  });
});
