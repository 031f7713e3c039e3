import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { CLOCK, polling, provideRxMesh, withDiagnostics } from 'rx-mesh';

export const heardProviders = provideRxMesh(
  // What nobody awaits: a refused export, a registry that is away, messages that are dropped.
  withDiagnostics(({ code, message, severity }) => {
    if (severity === 'error') reportError(new Error(`${code}: ${message}`));
  }),
);

@Injectable({ providedIn: 'root' })
export class PriceTicker {
  private readonly http = inject(HttpClient);

  /** One request for all who listen, 30 s after each answer; none when nobody does, none on a server. */
  readonly prices$ = polling(
    { period: 30_000, clock: inject(CLOCK), onError: () => undefined },
    () => this.http.get<readonly number[]>('/api/prices'),
  );
}
