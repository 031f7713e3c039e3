import {
  DOCUMENT,
  type EnvironmentProviders,
  Injectable,
  inject,
  provideEnvironmentInitializer,
  signal,
} from '@angular/core';
import { PREFERENCES } from './preferences';

/** Light, dark, or whatever the system says. */
export type SchemeChoice = 'system' | 'light' | 'dark';

const KEY = 'rx-mesh-demo.color-scheme';
const NEXT: Readonly<Record<SchemeChoice, SchemeChoice>> = {
  system: 'light',
  light: 'dark',
  dark: 'system',
};

/** Which colours the page wears. The choice is remembered; CSS does the rest by `light-dark()`. */
@Injectable({ providedIn: 'root' })
export class ColorScheme {
  private readonly preferences = inject(PREFERENCES);
  private readonly root = inject(DOCUMENT).documentElement;
  readonly #choice = signal(toChoice(this.preferences.read(KEY)));

  readonly choice = this.#choice.asReadonly();

  /** What {@link ColorScheme.advance} would choose. */
  get next(): SchemeChoice {
    return NEXT[this.#choice()];
  }

  /** Goes on to the next choice: system, light, dark, and round again. */
  advance(): void {
    this.#choice.set(this.next);
    this.preferences.write(KEY, this.#choice() === 'system' ? null : this.#choice());
    this.apply();
  }

  /** Puts the choice on the page. */
  apply(): void {
    if (this.#choice() === 'system') delete this.root.dataset['scheme'];
    else this.root.dataset['scheme'] = this.#choice();
  }
}

/** Puts the remembered colours on the page before anything is drawn. */
export function provideColorScheme(): EnvironmentProviders {
  return provideEnvironmentInitializer(() => inject(ColorScheme).apply());
}

function toChoice(text: string | null): SchemeChoice {
  return text === 'light' || text === 'dark' ? text : 'system';
}
