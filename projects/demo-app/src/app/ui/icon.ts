import { Component, computed, input } from '@angular/core';

// Strokes on a grid of 24, drawn for this demo.
const PATHS = {
  alert:
    'M12 8v5M12 16.5v.01M10.3 4.2 2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z',
  arrow: 'M5 12h14M13 6l6 6-6 6',
  auto: 'M12 3a9 9 0 1 0 0 18ZM12 3a9 9 0 0 1 0 18',
  bolt: 'M13 2.5 5 13.5h6l-1 8 8-11h-6l1-8Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  chart: 'M4 4v16h16M8 15l3.5-5 3 3L20 6.5',
  clock: 'M12 7.5V12l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z',
  copy: 'M9 9h11v11H9ZM6 15H4V4h11v2',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  database:
    'M12 3.5c4.4 0 7.5 1.3 7.5 3s-3.1 3-7.5 3-7.5-1.3-7.5-3 3.1-3 7.5-3ZM4.5 6.5v11c0 1.7 3.1 3 7.5 3s7.5-1.3 7.5-3v-11M4.5 12c0 1.7 3.1 3 7.5 3s7.5-1.3 7.5-3',
  download: 'M12 3.5v11M7.5 10.5l4.5 4.5 4.5-4.5M4.5 19.5h15',
  exchange: 'M4 8.5h15M15 4.5l4 4-4 4M20 15.5H5M9 11.5l-4 4 4 4',
  gate: 'M3.5 20h17M5 20V7.5L12 4l7 3.5V20M9.5 20v-7h5v7',
  grid: 'M4 4h6.5v6.5H4ZM13.5 4H20v6.5h-6.5ZM4 13.5h6.5V20H4ZM13.5 13.5H20V20h-6.5Z',
  half: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8.5 12h7',
  lock: 'M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  minus: 'M5 12h14',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z',
  message: 'M4 5h16v11h-8l-4.5 4v-4H4Z',
  outbox: 'M4 14.5v5h16v-5M4 14.5h4l1.5 2h5l1.5-2h4M12 12V3.5M8 7.5l4-4 4 4',
  pause: 'M8.5 5v14M15.5 5v14',
  play: 'M7 4.5v15l12-7.5Z',
  power: 'M12 3v8M6.5 6.5a8 8 0 1 0 11 0',
  retry: 'M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5',
  route:
    'M6 8.5v7M6 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM18 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm0 0c0 5-12 3-12 7',
  send: 'M4.5 12 20 4.5 15.5 20l-4-6.5ZM11.5 13.5 20 4.5',
  spans: 'M3.5 5.5h10M7.5 12h9M12.5 18.5h8',
  stack: 'M4 7.5 12 3.5l8 4-8 4ZM4 12l8 4 8-4M4 16.5l8 4 8-4',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  tabs: 'M3.5 8h17v11.5h-17ZM3.5 8V4.5h7L12.5 8',
  tag: 'M4 4h8l8.5 8.5-8 8L4 12ZM8.25 8.25v.01',
  undo: 'M8.5 5 4 9.5 8.5 14M4 9.5h10a5.25 5.25 0 0 1 0 10.5H9',
  upload: 'M12 14.5v-11M7.5 8 12 3.5 16.5 8M4.5 19.5h15',
} as const;

/** The name of a drawing. */
export type IconName = keyof typeof PATHS;

/** A small drawing beside a text that says the same: screen readers skip it. */
@Component({
  selector: 'app-icon',
  template: `
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path [attr.d]="path()" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      width: 1.25em;
      height: 1.25em;
    }

    svg {
      width: 100%;
      height: 100%;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.9;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => PATHS[this.name()]);
}
