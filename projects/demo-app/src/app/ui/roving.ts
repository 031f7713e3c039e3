import { Directive, ElementRef, inject } from '@angular/core';

/**
 * Makes the buttons of a list or a tree one stop of the Tab key: the arrows, Home and End go from one to the next and
 * choose it. In a tree, left goes to the parent and right to the first child.
 */
@Directive({ selector: '[appRoving]', host: { '(keydown)': 'move($event)' } })
export class Roving {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  protected move(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const items = [...this.host.nativeElement.querySelectorAll<HTMLElement>('button')];
    const at = items.findIndex((item) => item === event.target);
    const to = at < 0 ? undefined : items[targetOf(event.key, at, items)];
    if (!to) return;
    event.preventDefault();
    to.focus();
    to.click();
  }
}

function targetOf(key: string, at: number, items: readonly HTMLElement[]): number {
  const levels = items.map((item) => Number(item.getAttribute('aria-level') ?? 0));
  const level = levels[at] ?? 0;
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'Home':
      return 0;
    case 'End':
      return items.length - 1;
    case 'ArrowLeft':
      return Math.max(...levels.map((other, i) => (i < at && other < level ? i : -1)));
    case 'ArrowRight':
      return (levels[at + 1] ?? 0) > level ? at + 1 : -1;
    default:
      return -1;
  }
}
