import { Component, DOCUMENT, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from './icon';

/** Copies a text. A browser may refuse that: then the text is shown, to be copied by hand. */
@Component({
  selector: 'app-copy-text',
  imports: [Icon, MatButton],
  template: `
    <button matButton type="button" (click)="copy()">
      <app-icon [name]="outcome() === 'copied' ? 'check' : 'copy'" />Copy {{ what() }}
    </button>
    <span class="small quiet" role="status">
      @switch (outcome()) {
        @case ('copied') {
          Copied.
        }
        @case ('refused') {
          The browser refused. Copy it from here:
        }
      }
    </span>
    @if (outcome() === 'refused') {
      <input
        #field
        class="mono"
        readonly
        [attr.aria-label]="what()"
        [value]="text()"
        (focus)="field.select()"
      />
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem 0.5rem;
      align-items: center;
    }

    app-icon {
      width: 1.1em;
      height: 1.1em;
      margin-inline-end: 0.45em;
      vertical-align: -0.2em;
    }

    input {
      flex: 1 1 28rem;
      min-width: 0;
      padding: 0.4rem 0.6rem;
      border: 1px solid var(--line-strong);
      border-radius: 7px;
      background: var(--surface-sunken);
      color: inherit;
    }
  `,
})
export class CopyText {
  private readonly document = inject(DOCUMENT);

  readonly text = input.required<string>();
  /** What the text is, as the button says it. */
  readonly what = input.required<string>();

  /** Of another text nothing is known yet. */
  protected readonly outcome = linkedSignal<string, 'copied' | 'refused' | undefined>({
    source: this.text,
    computation: () => undefined,
  });

  protected async copy(): Promise<void> {
    const text = this.text();
    const done = await this.write(text);
    if (this.text() === text) this.outcome.set(done ? 'copied' : 'refused');
  }

  private async write(text: string): Promise<boolean> {
    // There is none in a page that came without encryption.
    const clipboard = this.document.defaultView?.navigator.clipboard;
    try {
      await clipboard?.writeText(text);
      return clipboard !== undefined;
    } catch {
      return false;
    }
  }
}
