import { type ProjectionDefinition, createProjection } from './projection';

const whole: ProjectionDefinition<number> = {
  name: 'n',
  initial: () => 0,
  when: { Noted: (count) => count + 1 },
};

describe(createProjection.name, () => {
  it('has defaults, and cannot be changed', () => {
    const projection = createProjection(whole);

    expect(projection).toMatchObject({
      name: 'n',
      version: 1,
      idOf: undefined,
      onError: 'park',
      maxParked: 1000,
      parkBehind: true,
    });
    expect([...projection.handlers.keys()]).toEqual(['Noted']);
    expect(Object.isFrozen(projection)).toBe(true);
  });

  it('knows the data of events by their type', () => {
    const projection = createProjection<number, { Paid: { cents: number }; Left: null }>({
      name: 'paid',
      initial: () => 0,
      when: { Paid: (sum, { data }) => sum + data.cents, Left: () => undefined },
    });
    const event = { data: { cents: 7 } } as never;

    expect(projection.handlers.get('Paid')?.(1, event, { isReplay: false })).toBe(8);
    expect(projection.handlers.get('Left')?.(1, event, { isReplay: false })).toBeUndefined();
  });

  it('takes own names of types alone', () => {
    const when = JSON.parse('{"__proto__":1}') as object;
    const handler = (count: number): number => count;

    expect(createProjection({ ...whole, when: { constructor: handler } }).handlers.size).toBe(1);
    expect(createProjection(whole).handlers.get('toString')).toBeUndefined();
    expect(() => createProjection({ ...whole, when })).toThrow('when');
  });

  it.each<[Partial<Record<keyof ProjectionDefinition<number>, unknown>>, string]>([
    [{ name: '' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: undefined }, 'name'],
    [{ name: '$projections' }, 'name'],
    [{ name: 'x'.repeat(129) }, 'name'],
    [{ version: 0 }, 'version'],
    [{ version: 1.5 }, 'version'],
    [{ initial: 0 }, 'initial'],
    [{ when: {} }, 'when'],
    [{ when: null }, 'when'],
    [{ when: undefined }, 'when'],
    [{ when: { Noted: 1 } }, 'when'],
    [{ idOf: 'id' }, 'idOf'],
    [{ onError: 'ignore' }, 'onError'],
    [{ maxParked: 0 }, 'maxParked'],
    [{ parkBehind: 1 }, 'parkBehind'],
    [{ unknown: 1 } as never, 'unknown'],
  ])('refuses %p', (fields, name) => {
    expect(() => createProjection({ ...whole, ...fields } as never)).toThrow(
      `ProjectionDefinition.${name}`,
    );
  });
});
