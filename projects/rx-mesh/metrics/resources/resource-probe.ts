import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { BrowserProbe } from './browser-probe';
import type { ResourceProbe } from './resource-utilization';

declare const ngDevMode: boolean;

/** Where `monitorResourceUtilization` asks. @default what the browser tells; nothing where there is none */
export const RESOURCE_PROBE = new InjectionToken<ResourceProbe>(
  ngDevMode ? 'rx-mesh RESOURCE_PROBE' : '',
  {
    providedIn: 'root',
    factory: () => new BrowserProbe(inject(DOCUMENT).defaultView, inject(CLOCK)),
  },
);
