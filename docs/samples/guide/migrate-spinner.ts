import { Component, computed, inject } from '@angular/core';
import { Tracer } from 'rx-mesh';

/** Requests are under way. What polls in the background is left out by its name. */
@Component({
  selector: 'app-busy',
  template: `
    @if (isBusy()) {
      <p role="status">Loading …</p>
    }
  `,
})
export class Busy {
  private readonly tracer = inject(Tracer);

  protected readonly isBusy = computed(() =>
    [...this.tracer.activeSpans().values()].some(
      ({ kind, tags }) => kind === 'client' && tags['url.template'] !== '/notifications',
    ),
  );
}
