import { HTTP, nameOf } from './dashboard-names';
import type { GrafanaVariable } from './grafana-json';
import { CHOSEN } from './panel-layout';
import { server } from './promql';

/** What the reader of a dashboard chooses: the data source, and the services. */
export function variablesOf(
  services: readonly string[] | undefined,
  datasourceUid: string | undefined,
): readonly GrafanaVariable[] {
  return [
    {
      name: 'datasource',
      type: 'datasource',
      label: 'Data source',
      query: 'prometheus',
      hide: 0,
      refresh: 1,
      regex: '',
      multi: false,
      includeAll: false,
      options: [],
      current: datasourceUid === undefined ? {} : { text: datasourceUid, value: datasourceUid },
    },
    services ? listed(services) : found(),
  ];
}

const ALL = { text: ['All'], value: ['$__all'] };

function found(): GrafanaVariable {
  const definition = `label_values(${nameOf(HTTP)}_count, ${server()})`;
  return {
    name: 'service',
    type: 'query',
    label: 'Service',
    query: { query: definition, refId: 'services' },
    definition,
    datasource: CHOSEN,
    hide: 0,
    // When the time range changes: services come and go.
    refresh: 2,
    regex: '',
    sort: 1,
    multi: true,
    includeAll: true,
    options: [],
    current: ALL,
  };
}

function listed(services: readonly string[]): GrafanaVariable {
  return {
    name: 'service',
    type: 'custom',
    label: 'Service',
    query: services.map((service) => service.replace(/[,\\]/g, '\\$&')).join(','),
    hide: 0,
    multi: true,
    includeAll: true,
    options: [
      { text: 'All', value: '$__all', selected: true },
      ...services.map((service) => ({ text: service, value: service, selected: false })),
    ],
    current: ALL,
  };
}
