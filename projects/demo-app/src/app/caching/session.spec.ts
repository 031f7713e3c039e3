import { TestBed } from '@angular/core/testing';
import { SERVICE_STORAGE } from '../sagas/service-ledger';
import { Session, nameOfUser } from './session';

const setUp = (stored: string | null = null) => {
  const setItem = jest.fn();
  const storage = { getItem: () => stored, setItem };
  TestBed.configureTestingModule({ providers: [{ provide: SERVICE_STORAGE, useValue: storage }] });
  return { session: TestBed.inject(Session), setItem };
};

describe(Session.name, () => {
  it.each([
    [null, 'anna'],
    ['"bert"', 'bert'],
    ['""', undefined],
    ['"mallory"', 'anna'],
    ['{', 'anna'],
  ])('is, when %s is stored, of %s', (stored, user) => {
    expect(setUp(stored).session.user()).toBe(user);
  });

  it('tells who comes and goes, and knows nobody else', () => {
    const stored: string[] = [];
    TestBed.configureTestingModule({
      providers: [
        {
          provide: SERVICE_STORAGE,
          useValue: {
            getItem: () => stored.at(-1) ?? null,
            setItem: (_key: string, text: string) => stored.push(text),
          },
        },
      ],
    });
    const session = TestBed.inject(Session);
    const users: (string | undefined)[] = [];
    session.user$.subscribe((user) => users.push(user));
    session.logIn('bert');
    session.logIn('bert');
    session.logOut();
    session.logIn('mallory');
    expect(users).toEqual(['anna', 'bert', undefined, 'anna']);
    expect(stored).toEqual(['"bert"', '"bert"', '""', '"anna"']);
  });
});

describe(nameOfUser.name, () => {
  it('is of those who can log in, and of nobody', () => {
    expect(['anna', 'bert', 'mallory', undefined].map(nameOfUser)).toEqual([
      'Anna',
      'Bert',
      'Nobody',
      'Nobody',
    ]);
  });
});
