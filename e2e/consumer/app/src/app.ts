import { Component, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MetricsService, MicroservicesCommunicationService } from 'rx-mesh';
import { catchError, map, of, toArray } from 'rxjs';

interface Order {
  readonly item: string;
}

/** One call through every policy and both interceptors, and what the metrics interceptor saw of it. */
@Component({
  selector: 'consumer-root',
  template: `<p id="answer">{{ page().answer }}</p>
    <p id="measured">{{ page().measured }}</p>`,
})
export class App {
  private readonly metrics = inject(MetricsService);
  private readonly services = inject(MicroservicesCommunicationService);

  protected readonly page = toSignal(
    this.services
      .callService<Order>({ service: 'orders', path: '/api/orders/42', route: '/api/orders/:id' })
      .pipe(
        toArray(),
        map(([order]) => ({ answer: order?.item ?? 'no answer', measured: this.measured() })),
        catchError((error: unknown) => of({ answer: String(error), measured: '' })),
      ),
    { initialValue: { answer: 'waiting', measured: '' } },
  );

  private measured(): string {
    const requests = this.metrics
      .collect()
      .filter(({ name }) => name === 'http.client.request.duration');
    return requests.map(({ tags, count }) => `${count} ${JSON.stringify(tags)}`).join();
  }
}
