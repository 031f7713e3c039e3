import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { parseUrl } from './request-url';
import { TRACING, originOf } from './tracing-options';

declare const ngDevMode: boolean;

/** The origins whose requests carry trace headers: the page's own, and those that the application allows. */
export const HEADER_ORIGINS = new InjectionToken<ReadonlySet<string | undefined>>(
  ngDevMode ? 'rx-mesh HEADER_ORIGINS' : '',
  {
    providedIn: 'root',
    factory: () => {
      const { location } = inject(DOCUMENT) as { readonly location: Location | null };
      const own = location ? parseUrl(location.href)?.origin : undefined;
      return new Set([own, ...inject(TRACING.token).allowedOrigins.map(originOf)]);
    },
  },
);
