import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { SERVICE_STORAGE } from '../sagas/service-ledger';
import { type ServiceRefusal } from '../sagas/shop-services';
import { ShopConditions } from './conditions';
import { type OrderedBy, SOLD_OUT } from './order-commands';
import { OrderService } from './order-service';

const KEY = 'rx-mesh-demo.arrivals';

const memory = (text?: string) => {
  const stored = new Map(text === undefined ? [] : [[KEY, text]]);
  return {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  };
};

const setUp = (storage = memory()) => {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), { provide: SERVICE_STORAGE, useValue: storage }],
  });
  const clock = TestBed.inject(ManualClock);
  const service = TestBed.inject(OrderService);
  const send = (id: string, item = 'Notebook') => {
    const order: OrderedBy = { id, order: `o-${id}`, customer: 'Ada', item, amount: 12 };
    const answers: unknown[] = [];
    const sending = service.accept(order).subscribe({
      next: (place) => answers.push(place),
      error: (error: unknown) => {
        const { message, status } = error as ServiceRefusal;
        answers.push(`${status} ${message}`);
      },
    });
    return { answers, sending };
  };
  const answerTo = (id: string, item?: string) => {
    const { answers } = send(id, item);
    clock.advance(1000);
    return answers;
  };
  const counts = () =>
    service.arrivals().map(({ accepted, asked, id, place }) => [id, asked, accepted, place]);
  return { answerTo, clock, conditions: TestBed.inject(ShopConditions), counts, send, service };
};

describe(OrderService.name, () => {
  it('accepts each command once, and answers a repetition as the first time', () => {
    const { answerTo, counts } = setUp();
    expect([answerTo('a'), answerTo('b'), answerTo('a')]).toEqual([[1], [2], [1]]);
    expect(counts()).toEqual([
      ['a', 2, 1, 1],
      ['b', 1, 1, 2],
    ]);
  });

  it('notes nothing of what was cut off on the way', () => {
    const { clock, counts, send } = setUp();
    const { answers, sending } = send('a');
    clock.advance(100);
    sending.unsubscribe();
    clock.advance(1000);
    expect(answers).toEqual([]);
    expect(counts()).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is down when it is told to be', () => {
    const { answerTo, conditions, counts } = setUp();
    conditions.change({ mood: 'down' });
    expect(answerTo('a')).toEqual(['503 The order service is down.']);
    expect(counts()).toEqual([]);
  });

  it('loses its first answer when it is told to', () => {
    const { answerTo, conditions, counts } = setUp();
    conditions.change({ mood: 'forgetful' });
    expect(answerTo('a')).toEqual(['504 The answer of the order service was lost.']);
    expect(answerTo('a')).toEqual([1]);
    expect(counts()).toEqual([['a', 2, 1, 1]]);
  });

  it('refuses what is sold out, until it is back', () => {
    const { answerTo, conditions, counts } = setUp();
    expect(answerTo('a', SOLD_OUT)).toEqual(['422 Vinyl record is sold out.']);
    expect(counts()).toEqual([['a', 1, 0, 0]]);
    conditions.change({ restocked: true });
    expect(answerTo('a', SOLD_OUT)).toEqual([1]);
    expect(counts()).toEqual([['a', 2, 1, 1]]);
  });

  it('keeps the latest hundred', () => {
    const { answerTo, service } = setUp();
    for (let i = 1; i <= 105; i++) answerTo(`k${i}`);
    expect(service.arrivals()).toHaveLength(100);
    expect(service.arrivals()[0]?.id).toBe('k6');
    expect(service.arrivals().at(-1)?.place).toBe(105);
  });

  it.each([
    ['{}'],
    ['[null,7,{"id":"a"}]'],
    ['[{"order":"o","customer":"Ada","item":"Tea","amount":1,"id":"a","asked":"1"}]'],
  ])('distrusts notes like %s', (text) => {
    expect(setUp(memory(text)).counts()).toEqual([]);
  });
});
