import { Component, type ElementRef, computed, inject, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { CircuitBreakerService } from 'rx-mesh/resilience';
import { filter, map } from 'rxjs';
import { PAGES } from './app.routes';
import { MockBackendStatus } from './backends/provide-mock-backends';
import { ColorScheme } from './theme/color-scheme';
import { Icon, type IconName } from './ui/icon';

const SCHEME_ICONS = { system: 'auto', light: 'sun', dark: 'moon' } as const satisfies Record<
  string,
  IconName
>;

/** The frame around the pages: brand, navigation, colours. */
@Component({
  selector: 'app-root',
  imports: [Icon, RouterLink, RouterLinkActive, RouterOutlet],
  templateUrl: './app.html',
  styleUrl: './app.scss',
  host: { '(window:resize)': 'reveal()' },
})
export class App {
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');
  private readonly pageList = viewChild.required<ElementRef<HTMLElement>>('pageList');
  private readonly scheme = inject(ColorScheme);
  private readonly backends = inject(MockBackendStatus);
  #arrived = false;
  #present: HTMLElement | undefined;

  protected readonly pages = PAGES;
  protected readonly schemeIcon = computed(() => SCHEME_ICONS[this.scheme.choice()]);
  protected readonly schemeLabel = computed(
    () => `Colours: ${this.scheme.choice()}. Switch to ${this.scheme.next}.`,
  );
  protected readonly trouble = computed(() => {
    const state = this.backends.state();
    return state.phase === 'unavailable' ? state.reason : undefined;
  });

  /** For those who cannot see badges change. */
  protected readonly news = toSignal(
    inject(CircuitBreakerService).events$.pipe(
      filter((event) => event.type === 'transition'),
      map(({ name, to }) => `The breaker of ${name} is ${to}.`),
    ),
    { initialValue: '' },
  );

  protected switchScheme(): void {
    this.scheme.advance();
  }

  protected skip(event: Event): void {
    // A fragment link would leave the page: with <base href> it points at the root.
    event.preventDefault();
    this.main().nativeElement.focus();
  }

  /** Brings the link of the present page into view, where the list of them is longer than its window. */
  protected reveal(link = this.#present): void {
    this.#present = link;
    if (!link) return;
    const list = this.pageList().nativeElement;
    list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
  }

  /** Takes the keyboard to a page that was navigated to; the first page leaves it at the top. */
  protected arrive(): void {
    if (this.#arrived) this.main().nativeElement.focus({ preventScroll: true });
    this.#arrived = true;
  }
}
