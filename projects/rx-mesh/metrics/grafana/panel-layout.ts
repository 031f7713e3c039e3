import type { GrafanaDataSource, GrafanaPanel, GrafanaTarget } from './grafana-json';

/** What one line or column of a panel shows. */
export interface PanelQuery {
  readonly expr: string;
  readonly legend: string;
}

/** A panel, before it has a place. */
export interface PanelPlan {
  readonly title: string;
  readonly queries: readonly PanelQuery[];
  /** How values are written, in the words of Grafana. */
  readonly unit: string;
  readonly type?: 'timeseries' | 'stat' | 'state-timeline';
  readonly description?: string | undefined;
  readonly min?: number;
  readonly max?: number;
  /** From which values on it has which colour. The first is the lowest. */
  readonly steps?: readonly (readonly [number | null, string])[];
  /** What numbers are called, and in which colour they are shown. */
  readonly states?: readonly (readonly [number, string, string])[];
  /** Columns, of 24. */
  readonly width?: number;
}

/** Panels in a row under a title. */
export interface RowPlan {
  readonly title: string;
  readonly panels: readonly PanelPlan[];
  /** The variable for each value of which the row stands there once. */
  readonly repeat?: string;
}

const COLUMNS = 24;
const HEIGHT = 8;

/** The data source that the reader of the dashboard has chosen. */
export const CHOSEN: GrafanaDataSource = { type: 'prometheus', uid: '${datasource}' };

/** Puts panels side by side as far as they fit, row below row, and numbers them. */
export function placed(rows: readonly RowPlan[]): readonly GrafanaPanel[] {
  const panels: GrafanaPanel[] = [];
  let y = 0;
  for (const { title, panels: plans, repeat } of rows) {
    const row: GrafanaPanel = {
      id: panels.length + 1,
      type: 'row',
      title,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      collapsed: false,
      panels: [],
    };
    panels.push(repeat === undefined ? row : { ...row, repeat });
    y++;
    let x = 0;
    for (const plan of plans) {
      const w = plan.width ?? 8;
      if (x + w > COLUMNS) {
        x = 0;
        y += HEIGHT;
      }
      panels.push(panelOf(plan, panels.length + 1, x, y, w));
      x += w;
    }
    y += HEIGHT;
  }
  return panels;
}

function panelOf(plan: PanelPlan, id: number, x: number, y: number, w: number): GrafanaPanel {
  const { title, type = 'timeseries', description, queries } = plan;
  const panel: GrafanaPanel = {
    id,
    type,
    title,
    gridPos: { x, y, w, h: HEIGHT },
    datasource: CHOSEN,
    targets: queries.map(targetOf),
    fieldConfig: { defaults: defaultsOf(plan), overrides: [] },
    options: optionsOf(type),
  };
  return description === undefined ? panel : { ...panel, description };
}

function targetOf({ expr, legend }: PanelQuery, i: number): GrafanaTarget {
  return { refId: refIdOf(i), expr, legendFormat: legend, datasource: CHOSEN };
}

// A, B, ... Z, A1, B1, ...
function refIdOf(i: number): string {
  const letter = String.fromCharCode(65 + (i % 26));
  return i < 26 ? letter : `${letter}${Math.floor(i / 26)}`;
}

function defaultsOf({ unit, min, max, steps, states, type }: PanelPlan): object {
  const defaults: Record<string, unknown> = {
    unit,
    color: { mode: steps && type === 'stat' ? 'thresholds' : 'palette-classic' },
    thresholds: {
      mode: 'absolute',
      steps: (steps ?? [[null, 'green']]).map(([value, color]) => ({ value, color })),
    },
    mappings: states ? [mappingOf(states)] : [],
  };
  if (min !== undefined) defaults['min'] = min;
  if (max !== undefined) defaults['max'] = max;
  if (steps && type === undefined) defaults['custom'] = { thresholdsStyle: { mode: 'line' } };
  return defaults;
}

function mappingOf(states: readonly (readonly [number, string, string])[]): object {
  const options = states.map(
    ([value, text, color], index) => [String(value), { text, color, index }] as const,
  );
  return { type: 'value', options: Object.fromEntries(options) };
}

function optionsOf(type: NonNullable<PanelPlan['type']>): object {
  const legend = { displayMode: 'list', placement: 'bottom', showLegend: true };
  switch (type) {
    case 'timeseries':
      return { legend, tooltip: { mode: 'multi', sort: 'desc' } };
    case 'state-timeline':
      return { legend, showValue: 'auto', mergeValues: true, rowHeight: 0.9 };
    case 'stat':
      return {
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        colorMode: 'value',
        graphMode: 'area',
        textMode: 'auto',
      };
  }
}
