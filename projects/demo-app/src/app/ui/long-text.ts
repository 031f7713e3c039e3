import {
  Component,
  DOCUMENT,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from './icon';

/** A long text with lines of its own, to be looked at and copied. A browser may refuse that: then it is selected. */
@Component({
  selector: 'app-long-text',
  imports: [Icon, MatButton],
  template: `
    <div class="tools">
      <button matButton type="button" (click)="copy()">
        <app-icon [name]="outcome() === 'copied' ? 'check' : 'copy'" />Copy the text
      </button>
      <span class="small quiet" role="status">
        @switch (outcome()) {
          @case ('copied') {
            Copied.
          }
          @case ('refused') {
            The browser refused. The text is selected: copy it by the keyboard.
          }
        }
      </span>
    </div>
    <pre #body class="mono" tabindex="0" role="group" [attr.aria-label]="label()">{{ text() }}</pre>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    .tools {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem 0.5rem;
      align-items: center;
      margin-inline-start: -0.75rem;
    }

    pre {
      contain: size;
      height: 22rem;
      margin: 0.5rem 0 0;
      padding: 0.75rem 1rem;
      overflow: auto;
      overscroll-behavior: contain;
      border: 1px solid var(--line);
      border-radius: 8px;
      background: var(--surface-sunken);
      line-height: 1.55;
    }

    app-icon {
      width: 1.1em;
      height: 1.1em;
      margin-inline-end: 0.45em;
      vertical-align: -0.2em;
    }
  `,
})
export class LongText {
  private readonly document = inject(DOCUMENT);
  private readonly body = viewChild.required<ElementRef<HTMLElement>>('body');

  readonly text = input.required<string>();
  /** What the text is, for those who cannot see it. */
  readonly label = input.required<string>();
  /** The browser refused to copy: for as long as the text is to stay selected, it must not change. */
  readonly refused = output();

  protected readonly outcome = signal<'copied' | 'refused' | undefined>(undefined);

  protected async copy(): Promise<void> {
    this.outcome.set(undefined);
    const done = await this.write(this.text());
    this.outcome.set(done ? 'copied' : 'refused');
    if (done) return;
    this.document.getSelection()?.selectAllChildren(this.body().nativeElement);
    this.refused.emit();
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
