import { InjectionToken } from '@angular/core';
import { type MakePlot } from './plot';

/** What draws plots, loaded when somebody needs it. @default uPlot, on a canvas */
export const PLOT = new InjectionToken<() => Promise<MakePlot>>('demo PLOT', {
  providedIn: 'root',
  factory: () => async () => (await import('./uplot-plot')).uplotPlot,
});
