import {
  type JsonObject,
  factsOf,
  fieldOf,
  listOf,
  numberOf,
  objectOf,
  textOr,
} from '../registry/json-reader';

/** What Eureka says of the health of an instance. */
export type EurekaStatus = 'UP' | 'DOWN' | 'STARTING' | 'OUT_OF_SERVICE' | 'UNKNOWN';

/** An instance as Eureka lists it. */
export interface EurekaInstance {
  /** The name of its application, in upper case. */
  readonly app: string;
  /** Unique in its application. */
  readonly id: string;
  /** Its status, which counts for the hash. */
  readonly status: EurekaStatus;
  /** What an operator has said of its status; `UNKNOWN` when nobody did. */
  readonly overridden: EurekaStatus;
  /** What happened to it, in an answer of changes. */
  readonly action: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `''` when it has none. */
  readonly hostName: string;
  /** `''` when it has none. */
  readonly ipAddr: string;
  /** The port that is to be used: that for https, where it is enabled. `undefined` when there is none. */
  readonly port: number | undefined;
  /** Whether that is the port for https. */
  readonly secure: boolean;
  /** Its facts, without what Java says of their class; with the zone of its data centre where it has no other. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What an answer says. */
export interface EurekaAnswer {
  /** How many instances of each status there are; `undefined` where the answer does not say. */
  readonly hashcode: string | undefined;
  /** The instances in the order of the answer. */
  readonly instances: readonly EurekaInstance[];
  /** What is wrong with those that cannot be told from others. */
  readonly faults: readonly Error[];
}

/**
 * The most instances that are read of an answer and kept. Eureka itself is in trouble with a quarter of them.
 */
export const MOST_EUREKA_INSTANCES = 100_000;

const MOST_FAULTS = 100;

/**
 * Reads an answer of Eureka in all its shapes: `{applications}`, `{application}` or `{instance}`, with lists or, as old
 * servers write them, single objects.
 *
 * @returns `undefined` when it is none.
 */
export function readEureka(json: unknown): EurekaAnswer | undefined {
  const applications = objectOf(fieldOf(json, 'applications'));
  const application = objectOf(fieldOf(json, 'application'));
  const instance = objectOf(fieldOf(json, 'instance'));
  if (applications) {
    const hashcode = fieldOf(applications, 'apps__hashcode');
    return {
      hashcode: typeof hashcode === 'string' ? hashcode : undefined,
      ...readApps(manyOf(fieldOf(applications, 'application'))),
    };
  }
  if (application) return { hashcode: undefined, ...readApps([application]) };
  return instance && { hashcode: undefined, ...readApps([{ instance }]) };
}

function readApps(apps: readonly unknown[]): Pick<EurekaAnswer, 'instances' | 'faults'> {
  const instances: EurekaInstance[] = [];
  const faults: Error[] = [];
  const blame = (what: string): void => {
    if (faults.length < MOST_FAULTS) faults.push(new TypeError(what));
  };
  for (const app of apps) {
    const name = textOr(fieldOf(app, 'name'));
    for (const entry of manyOf(fieldOf(app, 'instance'))) {
      if (instances.length >= MOST_EUREKA_INSTANCES) {
        blame(`There are more than ${MOST_EUREKA_INSTANCES} instances. The rest is left out.`);
        return { instances, faults };
      }
      const known = objectOf(entry);
      const instance = known && readInstance(known, name);
      if (instance) instances.push(instance);
      else
        blame(`An instance of ${JSON.stringify(name.slice(0, 100))} has no id and no host name.`);
    }
  }
  return { instances, faults };
}

function readInstance(entry: JsonObject, appName: string): EurekaInstance | undefined {
  const app = nameOf(textOr(fieldOf(entry, 'app')) || appName);
  const hostName = nameOf(fieldOf(entry, 'hostName'));
  const plain = readPort(fieldOf(entry, 'port'), true);
  const secured = readPort(fieldOf(entry, 'securePort'), false);
  const secure = secured.enabled && secured.port !== undefined;
  const legacyId = hostName === '' ? '' : `${hostName}:${plain.port ?? secured.port ?? ''}`;
  const id = nameOf(fieldOf(entry, 'instanceId')) || legacyId;
  if (app === '' || id === '') return undefined;
  const action = fieldOf(entry, 'actionType');
  return {
    app: app.toUpperCase(),
    id,
    status: readStatus(fieldOf(entry, 'status')),
    overridden: readStatus(
      fieldOf(entry, 'overriddenStatus') ?? fieldOf(entry, 'overriddenstatus'),
    ),
    action: action === 'DELETED' || action === 'MODIFIED' ? action : 'ADDED',
    hostName,
    ipAddr: nameOf(fieldOf(entry, 'ipAddr')),
    port: secure ? secured.port : plain.port,
    secure,
    metadata: readMetadata(entry),
  };
}

const STATUSES: readonly EurekaStatus[] = ['UP', 'DOWN', 'STARTING', 'OUT_OF_SERVICE', 'UNKNOWN'];

// A word that is not known means what Eureka makes of it.
function readStatus(value: unknown): EurekaStatus {
  const word = textOr(value).toUpperCase();
  return STATUSES.find((status) => status === word) ?? 'UNKNOWN';
}

function readPort(
  value: unknown,
  otherwise: boolean,
): { readonly port: number | undefined; readonly enabled: boolean } {
  const enabled = fieldOf(value, '@enabled');
  return {
    port: numberOf(objectOf(value) ? fieldOf(value, '$') : value),
    enabled:
      enabled === undefined ? otherwise : enabled === true || /^true$/i.test(textOr(enabled)),
  };
}

function readMetadata(entry: JsonObject): Readonly<Record<string, string>> {
  const said = Object.entries(factsOf(fieldOf(entry, 'metadata')));
  const metadata = Object.fromEntries(said.filter(([key]) => key !== '@class'));
  const place = fieldOf(fieldOf(entry, 'dataCenterInfo'), 'metadata');
  const zone = textOr(fieldOf(place, 'availability-zone')).slice(0, LONGEST_NAME);
  return zone === '' || Object.hasOwn(metadata, 'zone') ? metadata : { ...metadata, zone };
}

const LONGEST_NAME = 1024;

// What is longer is no name, and not to be kept.
function nameOf(value: unknown): string {
  const name = textOr(value).trim();
  return name.length > LONGEST_NAME ? '' : name;
}

// Old servers write a list of one as the one.
function manyOf(value: unknown): readonly unknown[] {
  return objectOf(value) ? [value] : listOf(value);
}
