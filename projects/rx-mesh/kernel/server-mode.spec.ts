import { isServer } from './server-mode';

const page = globalThis as { ngServerMode?: boolean };

describe(isServer.name, () => {
  afterEach(() => {
    delete page.ngServerMode;
  });

  it('says no where nobody has set a mode, as in a test or without the Angular build', () => {
    delete page.ngServerMode;

    expect(isServer()).toBe(false);
  });

  it.each([true, false])('says what the build says: %p', (mode) => {
    page.ngServerMode = mode;

    expect(isServer()).toBe(mode);
  });

  it('says no where the name is there without a value, as Angular leaves it in a browser', () => {
    Object.assign(page, { ngServerMode: undefined });

    expect(isServer()).toBe(false);
  });
});
