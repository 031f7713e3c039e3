import uPlot from 'uplot';
import { plotsOf } from './canvas-plot';

/** Plots on a canvas. This file is loaded with the first of them: uPlot looks for a screen as soon as it is there. */
export const uplotPlot = plotsOf(uPlot);
