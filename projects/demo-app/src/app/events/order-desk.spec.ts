import { TestBed } from '@angular/core/testing';
import { EVENT_LOG, type EventEnvelope, EventStoreService, memoryEventLog } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { type Observable, firstValueFrom, toArray } from 'rxjs';
import { OrderDesk } from './order-desk';
import { MOVES, type Order } from './order-events';

const all = async <T>(source: Observable<T>): Promise<T[]> =>
  firstValueFrom(source.pipe(toArray()), { defaultValue: [] });

function setUp() {
  const log = memoryEventLog();
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), { provide: EVENT_LOG, useValue: log }],
  });
  const store = TestBed.inject(EventStoreService);
  const events = async (): Promise<readonly EventEnvelope[]> => all(store.readAll());
  return { log, desk: TestBed.inject(OrderDesk), events };
}

describe(OrderDesk.name, () => {
  it('places one order that has not got further', async () => {
    const { desk, events } = setUp();
    await all(desk.place(1));

    expect((await events()).map(({ type, version }) => `${type} ${version}`)).toEqual(['OrderPlaced 1']); // prettier-ignore
    expect(desk.trouble()).toBe('');
  });

  it('places many, some of which have got further', async () => {
    const { desk, events } = setUp();
    await all(desk.place(20));
    const types = (await events()).map(({ type }) => type);

    expect(types.filter((type) => type === 'OrderPlaced')).toHaveLength(20);
    expect(new Set(types)).toEqual(new Set(['OrderPlaced', ...MOVES.slice(0, 3).map(({ type }) => type)])); // prettier-ignore
  });

  it('lets an order get further, and says when another tab was faster', async () => {
    const { desk, events } = setUp();
    await all(desk.place(1));
    const [placed] = await events();
    const order = { id: placed?.aggregateId ?? '', version: 1 } as Order;
    const [move] = MOVES;
    if (!move) throw new Error('There is no move.');
    await all(desk.move(order, move, placed));

    expect((await events()).at(-1)).toMatchObject({ type: move.type, metadata: { causationId: placed?.id } }); // prettier-ignore
    expect(desk.trouble()).toBe('');

    await all(desk.move(order, move, placed));

    expect(desk.trouble()).toContain('Somebody else was faster');
    expect(await events()).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['The log is away.', new Error('The log is away.')],
    ['odd', 'odd'],
  ])('says why nothing was stored: %s', async (text, failure) => {
    const { log, desk } = setUp();
    jest.spyOn(log, 'append').mockRejectedValue(failure);
    await all(desk.place(1));

    expect(desk.trouble()).toBe(text);
  });
});
