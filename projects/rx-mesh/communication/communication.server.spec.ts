import { callWorld } from '../spec-support/call-world';

describe('communication on the server', () => {
  it('answers a call and leaves no timer behind', () => {
    const { caller, clock, open, see } = callWorld();
    const seen = see(caller.call({ service: 'orders', path: '/orders/7' }));
    open()[0]?.flush({ id: 7 });
    expect(seen).toMatchObject({ values: [{ id: 7 }], completed: true });
    expect(clock.pending).toBe(0);
  });

  it('has a deadline, so that a page does not wait for a service that hangs', () => {
    const { caller, clock, see } = callWorld();
    const seen = see(caller.call({ service: 'orders' }));
    clock.advance(30_000);
    expect(seen.errors).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});
