/** What a plot is to look like. */
export interface PlotSpec {
  /** How many seconds the width holds, newest at the right. */
  readonly span: number;
  /** The pattern of each line: lengths of strokes and gaps. Empty is an unbroken line. */
  readonly dashes: readonly (readonly number[])[];
  /** The least value of the upper edge. */
  readonly floor: number;
  /** How to say a value at the left edge. */
  readonly format: (value: number) => string;
  /** The colours that hold now; asked again each time that something is drawn. */
  readonly colors: () => PlotColors;
  /** Told which value the pointer is at; `undefined` when it has left. */
  readonly hovered: (index: number | undefined) => void;
}

/** Colours as CSS computes them. */
export interface PlotColors {
  readonly lines: readonly string[];
  readonly text: string;
  readonly grid: string;
}

/** Lines over the same times. A missing value is a gap, not a zero. */
export interface PlotData {
  /** Seconds before now, so at most 0; oldest first. */
  readonly ages: readonly number[];
  readonly lines: readonly (readonly (number | undefined)[])[];
}

/** Something that is drawn. It follows the size of its host, and the colours that the system wants. */
export interface Plot {
  readonly draw: (data: PlotData) => void;
  /** Draws the same again, for colours have changed. */
  readonly repaint: () => void;
  readonly destroy: () => void;
}

/** Draws into an empty element. */
export type MakePlot = (host: HTMLElement, spec: PlotSpec) => Plot;
