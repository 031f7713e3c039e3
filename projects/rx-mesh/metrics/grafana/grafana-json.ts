/** Where a panel stands: 24 columns, rows of 30 pixels. */
export interface GrafanaGridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A data source. */
export interface GrafanaDataSource {
  readonly type: string;
  readonly uid: string;
}

/** A query of a panel. */
export interface GrafanaTarget {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: GrafanaDataSource;
}

/** A row or a graph of a dashboard. */
export interface GrafanaPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: GrafanaGridPos;
  readonly description?: string;
  readonly datasource?: GrafanaDataSource;
  readonly targets?: readonly GrafanaTarget[];
  readonly fieldConfig?: object;
  readonly options?: object;
  /** Of a row: always false, so its panels follow it. */
  readonly collapsed?: boolean;
  readonly panels?: readonly GrafanaPanel[];
  /** The variable for each value of which a row stands there once. */
  readonly repeat?: string;
}

/** A variable of a dashboard. */
export interface GrafanaVariable {
  readonly name: string;
  readonly type: 'datasource' | 'query' | 'custom';
  readonly label: string;
  readonly query: string | object;
  readonly hide: 0 | 1 | 2;
  readonly [more: string]: unknown;
}

/** A dashboard in the classic JSON model, as files for provisioning and imports have it. */
export interface GrafanaDashboard {
  readonly uid?: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly timezone: 'browser';
  readonly editable: boolean;
  readonly graphTooltip: 0 | 1 | 2;
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly GrafanaVariable[] };
  readonly annotations: { readonly list: readonly object[] };
  readonly panels: readonly GrafanaPanel[];
}
