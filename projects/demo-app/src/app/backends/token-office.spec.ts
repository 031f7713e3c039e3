import { TokenOffice, personOf } from './token-office';

describe(TokenOffice.name, () => {
  it('makes tokens for those it knows', () => {
    const office = new TokenOffice();
    const token = office.issue('anna') ?? '';
    expect(token).toMatch(/^[\w-]+$/);
    expect(office.ownerOf(token)?.name).toBe('Anna');
    expect(office.issue('mallory')).toBeUndefined();
    expect(office.issue(7)).toBeUndefined();
    expect(office.issue('anna')).not.toBe(token);
  });

  it('refuses tokens that do not hold any more, and counts that', () => {
    const office = new TokenOffice();
    const token = office.issue('anna') ?? '';
    office.expireAll();
    expect(office.ownerOf(token)).toBeUndefined();
    expect(office.ownerOf('')).toBeUndefined();
    expect(office.counts()).toEqual({ renewed: 0, refused: 2 });
  });

  it('renews a token that holds no more, unless it is strict', () => {
    const office = new TokenOffice();
    const old = office.issue('bert') ?? '';
    office.expireAll();
    office.strict.set(true);
    expect(office.renew(old)).toBeUndefined();
    office.strict.set(false);
    const fresh = office.renew(old) ?? '';
    expect(office.ownerOf(fresh)?.id).toBe('bert');
    expect(office.renew('nonsense')).toBeUndefined();
    expect(office.renew(undefined)).toBeUndefined();
    expect(office.counts().renewed).toBe(1);
  });

  it('does not grow without end', () => {
    const office = new TokenOffice();
    const first = office.issue('anna') ?? '';
    for (let i = 0; i < 200; i++) office.issue('bert');
    expect(office.ownerOf(first)).toBeUndefined();
    expect(office.renew(first)).toBeUndefined();
  });
});

describe(personOf.name, () => {
  it('reads whose a token is, whether it holds or not', () => {
    const office = new TokenOffice();
    const token = office.issue('bert') ?? '';
    office.expireAll();
    expect(personOf(token)?.id).toBe('bert');
  });

  it.each(['', '*', btoa('null'), btoa('{"id":"mallory"}'), btoa('{')])(
    'finds nobody in "%s"',
    (text) => {
      expect(personOf(text)).toBeUndefined();
    },
  );
});
