import { Component, DOCUMENT, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { CLOCK } from 'rx-mesh/kernel';
import { Icon } from './icon';

// The browser reads the file after the click; how soon, it does not say.
const KEPT = 10_000; // milliseconds

/** Offers a text as a file. It is made when somebody wants it. */
@Component({
  selector: 'app-download-text',
  imports: [Icon, MatButton],
  template: `
    <button matButton="outlined" type="button" (click)="download()">
      <app-icon name="download" /><ng-content />
    </button>
  `,
  styles: `
    app-icon {
      width: 1.1em;
      height: 1.1em;
      margin-inline-end: 0.45em;
      vertical-align: -0.2em;
    }
  `,
})
export class DownloadText {
  private readonly clock = inject(CLOCK);
  private readonly document = inject(DOCUMENT);

  /** The name of the file. */
  readonly file = input.required<string>();
  readonly type = input('text/plain');
  readonly make = input.required<() => string | Promise<string>>();
  /** The file was offered: how many characters it has. */
  readonly offered = output<number>();
  /** It could not be made. */
  readonly failed = output<unknown>();

  protected download(): void {
    const made = this.make()();
    if (typeof made === 'string') this.offer(made);
    else void this.offerLater(made);
  }

  private async offerLater(made: Promise<string>): Promise<void> {
    try {
      this.offer(await made);
    } catch (error) {
      this.failed.emit(error);
    }
  }

  private offer(text: string): void {
    const url = URL.createObjectURL(new Blob([text], { type: this.type() }));
    const link = this.document.createElement('a');
    link.href = url;
    link.download = this.file();
    link.click();
    this.offered.emit(text.length);
    // Also when the page is left meanwhile: so it is not bound to it.
    this.clock.scheduler.schedule(() => URL.revokeObjectURL(url), KEPT);
  }
}
