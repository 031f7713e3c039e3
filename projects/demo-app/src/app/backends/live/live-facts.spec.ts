import { readFacts } from './live-facts';

describe(readFacts.name, () => {
  it('reads where the real servers are', () => {
    const facts = {
      run: 'a1b2',
      instances: { 'orders-1': 'http://orders-1.localhost:4001' },
      nats: 'ws://127.0.0.1:4222',
      redis: 'http://127.0.0.1:7379',
      push: '/live/push',
      prometheus: 'http://127.0.0.1:9090',
      alertmanager: 'http://127.0.0.1:9093',
    };
    expect(readFacts(JSON.stringify(facts))).toEqual({
      ...facts,
      instances: new Map([['orders-1', 'http://orders-1.localhost:4001']]),
    });
  });

  it.each([
    [undefined],
    [null],
    ['no JSON'],
    ['[]'],
    ['{"run":1,"instances":{"orders-1":7,"users-1":"no address"},"nats":1,"push":null}'],
  ])('finds nothing in %j', (text) => {
    const { instances, ...others } = readFacts(text);
    expect(instances.size).toBe(0);
    expect(Object.values(others).filter((fact) => fact !== undefined)).toEqual([]);
  });
});
