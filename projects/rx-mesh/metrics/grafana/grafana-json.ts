/** Where a panel stands: 24 columns, rows of 30 pixels. */
export interface GrafanaGridPos {
  /** Columns from the left, from 0 to 23. */
  readonly x: number;
  /** Rows from the top, from 0. */
  readonly y: number;
  /** Width in columns, from 1 to 24. */
  readonly w: number;
  /** Height in rows. */
  readonly h: number;
}

/** A data source. */
export interface GrafanaDataSource {
  /** The kind of the source: `prometheus`. */
  readonly type: string;
  /** Its id, or a variable that holds one. */
  readonly uid: string;
}

/** A query of a panel. */
export interface GrafanaTarget {
  /** Tells the queries of a panel apart: `A`, `B` ... */
  readonly refId: string;
  /** The query in PromQL. */
  readonly expr: string;
  /** How a series is named in the legend. */
  readonly legendFormat: string;
  /** Who is asked. */
  readonly datasource: GrafanaDataSource;
}

/** A row or a graph of a dashboard. */
export interface GrafanaPanel {
  /** Unique in the dashboard. */
  readonly id: number;
  /** The kind: `row`, `timeseries`, `stat` ... */
  readonly type: string;
  /** The heading. */
  readonly title: string;
  /** Where it stands. */
  readonly gridPos: GrafanaGridPos;
  /** What is said of it behind the sign for information. @default nothing */
  readonly description?: string;
  /** Who is asked. @default nobody, for a row */
  readonly datasource?: GrafanaDataSource;
  /** What is asked. @default nothing, for a row */
  readonly targets?: readonly GrafanaTarget[];
  /** How values are shown: unit, limits, colours. */
  readonly fieldConfig?: object;
  /** How the panel looks. */
  readonly options?: object;
  /** Of a row: always false, so its panels follow it. */
  readonly collapsed?: boolean;
  /** Of a row that is folded: what is in it. */
  readonly panels?: readonly GrafanaPanel[];
  /** The variable for each value of which a row stands there once. */
  readonly repeat?: string;
}

/** A variable of a dashboard. */
export interface GrafanaVariable {
  /** The name by which queries use it. */
  readonly name: string;
  /** Where its values come from. */
  readonly type: 'datasource' | 'query' | 'custom';
  /** How people see it. */
  readonly label: string;
  /** What its values are, in the form that its type has. */
  readonly query: string | object;
  /** Whether it is shown: 0 with its label, 1 without, 2 not at all. */
  readonly hide: 0 | 1 | 2;
  readonly [more: string]: unknown;
}

/** A dashboard in the classic JSON model, as files for provisioning and imports have it. */
export interface GrafanaDashboard {
  /** Its id in URLs, up to 40 characters. @default one that Grafana makes */
  readonly uid?: string;
  /** The heading. */
  readonly title: string;
  /** What it can be found by. */
  readonly tags: readonly string[];
  /** The time zone that times are shown in: that of the reader. */
  readonly timezone: 'browser';
  /** Whether it can be changed in Grafana. */
  readonly editable: boolean;
  /** Whether the cross hair is shared by panels: 0 no, 1 yes, 2 with its values. */
  readonly graphTooltip: 0 | 1 | 2;
  /** What is shown at first, such as `now-1h` to `now`. */
  readonly time: { readonly from: string; readonly to: string };
  /** How often it is drawn anew, such as `30s`. */
  readonly refresh: string;
  /** The version of this JSON model. */
  readonly schemaVersion: number;
  /** The variables. */
  readonly templating: { readonly list: readonly GrafanaVariable[] };
  /** What is marked in the graphs. */
  readonly annotations: { readonly list: readonly object[] };
  /** Rows and graphs, from the top. */
  readonly panels: readonly GrafanaPanel[];
}
