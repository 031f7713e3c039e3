import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { PREFERENCES, storedIn } from './preferences';

const memoryStorage = (): Storage => {
  const entries = new Map<string, string>();
  return {
    get length() {
      return entries.size;
    },
    clear: () => entries.clear(),
    getItem: (key) => entries.get(key) ?? null,
    key: (index) => [...entries.keys()][index] ?? null,
    removeItem: (key) => {
      entries.delete(key);
    },
    setItem: (key, value) => {
      entries.set(key, value);
    },
  };
};
const forbidden = (): never => {
  throw new DOMException('Not allowed', 'SecurityError');
};

describe(storedIn.name, () => {
  it('keeps what is written in the storage, and forgets it there', () => {
    const storage = memoryStorage();
    storedIn(() => storage).write('colour', 'dark');
    expect(storedIn(() => storage).read('colour')).toBe('dark');
    const preferences = storedIn(() => storage);
    preferences.write('colour', null);
    expect(preferences.read('colour')).toBeNull();
    expect(storage.length).toBe(0);
  });

  it.each([
    ['there is no storage', () => undefined],
    ['the storage is forbidden', forbidden],
    [
      'the storage is full',
      () =>
        Object.assign(memoryStorage(), {
          getItem: forbidden,
          setItem: forbidden,
          removeItem: forbidden,
        }),
    ],
  ])('remembers for as long as the page when %s', (_case, open) => {
    const preferences = storedIn(open);
    expect(preferences.read('colour')).toBeNull();
    preferences.write('colour', 'dark');
    expect(preferences.read('colour')).toBe('dark');
    preferences.write('colour', null);
    expect(preferences.read('colour')).toBeNull();
  });
});

describe('PREFERENCES', () => {
  it('is the local storage of the page', () => {
    const storage = TestBed.inject(DOCUMENT).defaultView?.localStorage;
    TestBed.inject(PREFERENCES).write('demo-test', 'kept');
    expect(storage?.getItem('demo-test')).toBe('kept');
    storage?.removeItem('demo-test');
  });
});
