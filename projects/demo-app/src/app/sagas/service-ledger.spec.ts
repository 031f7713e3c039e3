import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { SERVICE_STORAGE, ServiceLedger } from './service-ledger';

const KEY = 'rx-mesh-demo.service-keys';

const setUp = (storage: Pick<Storage, 'getItem' | 'setItem'> | undefined) => {
  TestBed.configureTestingModule({
    providers: [{ provide: SERVICE_STORAGE, useValue: storage }],
  });
  return TestBed.inject(ServiceLedger);
};
const memory = (text: string | null = null) => {
  const stored = { text };
  const getItem = () => stored.text;
  const setItem = (_key: string, value: string) => {
    stored.text = value;
  };
  return { getItem, setItem, stored };
};

describe(ServiceLedger.name, () => {
  it('counts how often was asked, and says when the work was done', () => {
    const ledger = setUp(memory());
    expect([ledger.ask('a/charge', 'payments'), ledger.ask('a/charge', 'payments')]).toEqual([
      false,
      false,
    ]);
    ledger.finish('a/charge');
    expect(ledger.ask('a/charge', 'payments')).toBe(true);
    expect([...ledger.entries().values()]).toEqual([
      { key: 'a/charge', service: 'payments', asked: 3, done: 1 },
    ]);
  });

  it('knows after a reload what it knew before', () => {
    const storage = memory();
    setUp(storage).ask('a/reserve', 'stock');
    TestBed.resetTestingModule();
    expect(setUp(storage).entries().get('a/reserve')).toMatchObject({ asked: 1, done: 0 });
  });

  it('sees what another tab writes, while somebody looks', () => {
    const storage = memory();
    const ledger = setUp(storage);
    const following = ledger.following$.subscribe();
    storage.stored.text = JSON.stringify([{ key: 'k', service: 's', asked: 1, done: 1 }]);
    const view = TestBed.inject(DOCUMENT).defaultView;
    view?.dispatchEvent(new StorageEvent('storage', { key: 'other' }));
    expect(ledger.entries().size).toBe(0);
    view?.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(ledger.entries().get('k')?.done).toBe(1);
    following.unsubscribe();
  });

  it.each([['no JSON'], ['{}'], ['[null,{"key":1}]'], [null]])('distrusts %s', (text) => {
    expect(setUp(memory(text)).entries().size).toBe(0);
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
    const ledger = setUp(storage);
    ledger.ask('a', 's');
    ledger.finish('a');
    ledger.finish('unknown');
    expect(ledger.ask('a', 's')).toBe(true);
    expect(ledger.entries().size).toBe(1);
  });

  it('keeps the latest three hundred', () => {
    const ledger = setUp(memory());
    for (let i = 0; i < 310; i++) ledger.ask(`k${i}`, 's');
    expect(ledger.entries().size).toBe(300);
    expect(ledger.entries().has('k9')).toBe(false);
  });
});
