import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ColorScheme, provideColorScheme } from './color-scheme';
import { PREFERENCES, storedIn } from './preferences';

describe(ColorScheme.name, () => {
  const setUp = (remembered?: string) => {
    const preferences = storedIn(() => undefined);
    if (remembered) preferences.write('rx-mesh-demo.color-scheme', remembered);
    TestBed.configureTestingModule({
      providers: [provideColorScheme(), { provide: PREFERENCES, useValue: preferences }],
    });
    const root = TestBed.inject(DOCUMENT).documentElement;
    return { preferences, root, scheme: TestBed.inject(ColorScheme) };
  };

  it('follows the system until somebody chooses', () => {
    const { root, scheme } = setUp();
    expect(scheme.choice()).toBe('system');
    expect(root.dataset['scheme']).toBeUndefined();
  });

  it('puts the remembered choice on the page before anything is drawn', () => {
    const { root, scheme } = setUp('dark');
    expect(root.dataset['scheme']).toBe('dark');
    expect(scheme.choice()).toBe('dark');
  });

  it('distrusts what it remembers', () => {
    expect(setUp('purple').scheme.choice()).toBe('system');
  });

  it('goes round, and remembers each step', () => {
    const { preferences, root, scheme } = setUp();
    const seen = [1, 2, 3].map(() => {
      scheme.advance();
      return [
        scheme.choice(),
        root.dataset['scheme'],
        preferences.read('rx-mesh-demo.color-scheme'),
      ];
    });
    expect(seen).toEqual([
      ['light', 'light', 'light'],
      ['dark', 'dark', 'dark'],
      ['system', undefined, null],
    ]);
  });
});
