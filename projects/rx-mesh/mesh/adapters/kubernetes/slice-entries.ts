import type { RegistryEntry } from '../registry/registry-entry';
import type { AddressFamily, EndpointSlice, SliceEndpoint, SlicePort } from './endpoint-slices';

/** How entries are made of slices. */
export interface EntryRules {
  /** Which addresses are taken where there are several sorts: the first sort that has a usable endpoint. */
  readonly families: readonly AddressFamily[];
  /** The port by its name, or by what is spoken there. */
  readonly portName: string | undefined;
  /** The port by its number. */
  readonly port: number | undefined;
  /** Whether they are reached by https; `undefined`: as the port says. */
  readonly secure: boolean | undefined;
}

/** What came out of the slices of one service. */
export interface ServiceEntries {
  readonly entries: readonly RegistryEntry[];
  /** What cannot be used, in words. */
  readonly faults: readonly string[];
}

interface Found {
  readonly endpoint: SliceEndpoint;
  readonly slice: EndpointSlice;
}

interface Place {
  readonly port: number;
  readonly secure: boolean;
}

/**
 * The instances of a service: the endpoints of all of its slices, each once, though it may stand in two of them while they
 * are rearranged. Ready ones; when none is left, those that end and still answer, as degraded.
 *
 * @param service The name of the service in the application.
 * @param slices Its slices, in an order that does not depend on chance.
 */
export function entriesOf(
  service: string,
  slices: readonly EndpointSlice[],
  rules: EntryRules,
): ServiceEntries {
  const faults = slices.flatMap(({ fault }) => fault ?? []);
  const entries = new Map<string, RegistryEntry>();
  const places = new Map<EndpointSlice, Place | undefined>();
  for (const { endpoint, slice } of chosen(slices, rules.families)) {
    if (!places.has(slice)) {
      places.set(slice, placeOf(slice, rules));
      if (!places.get(slice)) faults.push(noPort(slice, rules));
    }
    const place = places.get(slice);
    if (!place) continue;
    const { address, uid, ready, facts } = endpoint;
    const key = `${address} ${uid}`;
    if (entries.has(key)) continue;
    entries.set(key, {
      service,
      id: uid === '' ? `${service}@${address}:${place.port}` : uid,
      address,
      ...place,
      version: slice.version,
      health: ready ? 'healthy' : 'degraded',
      weight: 1,
      metadata: facts,
    });
  }
  return { entries: [...entries.values()], faults };
}

function chosen(
  slices: readonly EndpointSlice[],
  families: readonly AddressFamily[],
): readonly Found[] {
  for (const usable of [isReady, isEnding]) {
    for (const family of families) {
      const found = slices
        .filter((slice) => slice.family === family)
        .flatMap((slice) =>
          slice.endpoints.filter(usable).map((endpoint) => ({ endpoint, slice })),
        );
      if (found.length > 0) return found;
    }
  }
  return [];
}

function isReady({ ready }: SliceEndpoint): boolean {
  return ready;
}

function isEnding({ serving, terminating }: SliceEndpoint): boolean {
  return serving && terminating;
}

function placeOf({ ports }: EndpointSlice, rules: EntryRules): Place | undefined {
  const { portName, port: wanted, secure } = rules;
  // A number that was asked for needs no port of the slice, but that says what is spoken there.
  const own = ports && pick(ports, rules);
  const port = own?.port ?? (ports && portName !== undefined ? undefined : wanted);
  if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  return { port, secure: secure ?? (port === 443 || (own !== undefined && speaksTls(own))) };
}

function pick(ports: readonly SlicePort[], { portName, port }: EntryRules): SlicePort | undefined {
  if (portName !== undefined) {
    return (
      ports.find(({ name }) => name === portName) ??
      ports.find(({ appProtocol }) => appProtocol === portName.toLowerCase())
    );
  }
  if (port !== undefined) return ports.find((each) => each.port === port);
  return (
    ports.find(({ name }) => isWeb(name)) ??
    ports.find(({ appProtocol }) => isWeb(appProtocol)) ??
    ports[0]
  );
}

function isWeb(word: string): boolean {
  return word === 'https' || word === 'http';
}

function speaksTls({ name, appProtocol }: SlicePort): boolean {
  return appProtocol === 'https' || (appProtocol === '' && name === 'https');
}

function noPort({ key, ports }: EndpointSlice, { portName }: EntryRules): string {
  if (!ports) return `${key} leaves the port open: say port in withKubernetes()`;
  return portName === undefined
    ? `${key} has no port that can be used`
    : `${key} has no port of the name or protocol ${portName}`;
}
