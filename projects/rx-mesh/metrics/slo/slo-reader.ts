import { Injectable } from '@angular/core';
import type { SloReport } from './slo-tracker';

/** Where alert rules learn of SLOs: whoever has none does not carry their code. */
@Injectable({ providedIn: 'root' })
export class SloReader {
  /** Looks at all SLOs. @default there are none */
  look: () => readonly SloReport[] = () => [];
}
