import { isServer } from './server-mode';

describe(`${isServer.name} on a server`, () => {
  it('says yes, with no DOM to look at', () => {
    expect('document' in globalThis).toBe(false);
    expect(isServer()).toBe(true);
  });
});
