import { InjectionToken, inject } from '@angular/core';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { CLOCK, RANDOM } from 'rx-mesh/kernel';
import { CATALOG } from '../backends/catalog';
import { toServiceCall } from './service-calls';
import { TrafficGenerator } from './traffic-generator';

/** The visitors of the shop. They call while a page is subscribed to them; how many there are outlives the page. */
export const TRAFFIC = new InjectionToken<TrafficGenerator>('demo TRAFFIC', {
  providedIn: 'root',
  factory: () => {
    const services = inject(MicroservicesCommunicationService);
    return new TrafficGenerator(
      {
        clock: inject(CLOCK),
        random: inject(RANDOM),
        services: CATALOG,
        send: (service, operation) => services.callService(toServiceCall(service, operation)),
      },
      { running: true, perSecond: 8 },
    );
  },
});
