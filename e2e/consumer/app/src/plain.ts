import { Component, signal } from '@angular/core';

@Component({ selector: 'consumer-root', template: `<p>{{ text() }}</p>` })
export class Plain {
  protected readonly text = signal('plain');
}
