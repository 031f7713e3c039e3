import { DestroyRef, Injectable, Injector, effect, inject, untracked } from '@angular/core';
import { CLOCK, RANDOM } from 'rx-mesh/kernel';
import { CACHE_SCOPE } from './cache-scope';
import { LocalCache } from './local/local-cache';
import { LOCAL_CACHE } from './local/local-cache-options';

/** The first level of the application, and whose values it holds. */
@Injectable({ providedIn: 'root' })
export class PageCache {
  private readonly scopeOf = inject(CACHE_SCOPE);
  private readonly injector = inject(Injector);
  private current: string | undefined;
  private last: string | undefined;
  private acting: string | undefined;
  private follows = false;

  /** The first level. */
  readonly local = new LocalCache(inject(LOCAL_CACHE.token), {
    clock: inject(CLOCK),
    random: inject(RANDOM),
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => this.local.complete());
  }

  /** Whose page it is now. */
  get scope(): string | undefined {
    return this.acting ?? this.scopeOf();
  }

  /** Whose page it is, or who left it last. */
  get lastScope(): string | undefined {
    return this.scopeOf() ?? this.current ?? this.last;
  }

  /** Whether what the first level holds is of the user who is there. Changes nothing, so it may be asked within `computed`. */
  get isOwn(): boolean {
    return this.scopeOf() === this.current;
  }

  /**
   * Whose values it holds from now on. Every use begins here: what was another's is dropped, and what is on its way to him is
   * not kept.
   */
  enter(): string | undefined {
    const scope = this.scopeOf();
    if (scope !== this.current) {
      this.last = this.current ?? this.last;
      this.current = scope;
      this.local.clear();
    }
    return scope;
  }

  /** Enters from now on whenever the user changes, where a signal says who that is. Once. */
  follow(): void {
    if (this.follows) return;
    this.follows = true;
    untracked(() =>
      effect(
        () => {
          this.scopeOf();
          untracked(() => this.enter());
        },
        { injector: this.injector },
      ),
    );
  }

  /** Does something in the name of a user who may have left already. What it asks for later is not in his name. */
  as<T>(scope: string | undefined, act: () => T): T {
    this.acting = scope;
    try {
      return act();
    } finally {
      this.acting = undefined;
    }
  }
}
