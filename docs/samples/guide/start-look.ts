import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { DistributedTracingService, MicroservicesCommunicationService } from 'rx-mesh';

@Component({
  selector: 'app-look',
  imports: [DecimalPipe],
  template: `
    @for (breaker of breakers(); track breaker[0]) {
      <p>{{ breaker[0] }}: {{ breaker[1].state }}</p>
    }
    @for (span of tracing.recentSpans(); track span.spanId) {
      <p>{{ span.operationName }}: {{ span.status }}, {{ span.duration | number: '1.0-0' }} ms</p>
    }
  `,
})
export class Look {
  private readonly services = inject(MicroservicesCommunicationService);
  protected readonly tracing = inject(DistributedTracingService);
  protected readonly breakers = computed(() => [...this.services.circuitBreakerStatus()]);
}
