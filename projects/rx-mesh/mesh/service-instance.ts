/**
 * What is known of the health of an instance. `unknown`: nobody can tell at present; it still gets calls. `unhealthy`:
 * it gets calls only when too few instances of its service are well (`panicThreshold`).
 */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy' | 'unknown';

/** One place where a service runs. Immutable: news of it is a new object. */
export interface ServiceInstance {
  /** Unique in the application and stable from one look to the next. */
  readonly id: string;
  /** The service it belongs to, such as `orders`. */
  readonly name: string;
  /** The version that runs there; `''` when nobody said. */
  readonly version: string;
  /** Host name or IP address, IPv6 without brackets; `''` for the page's own origin where that is not known. */
  readonly address: string;
  /** The port, from 0 to 65535; 0 for the page's own origin where that is not known. */
  readonly port: number;
  /** Whether it is reached by https. */
  readonly secure: boolean;
  /**
   * The base of its URLs, without a slash at the end: `https://api-1.example.com/orders`, or a path of the page's own
   * origin such as `/api/orders`. A path of a call is put after it as it is.
   */
  readonly url: string;
  /** What is known of its health. */
  readonly health: HealthStatus;
  /** Facts of its source, such as a zone. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Its share beside the others, at least 0, for strategies that heed weights. */
  readonly weight: number;
  /** Wall time of the news by which it is known. News that changes nothing else does not renew it. */
  readonly lastSeen: Date;
}

/** A service as somebody sees it who only wants to reach it: one of its instances in short. */
export interface ServiceEndpoint {
  /** The service. */
  readonly name: string;
  /** The base of its URLs, without a slash at the end. */
  readonly url: string;
  /** The version that runs there; `''` when nobody said. */
  readonly version: string;
  /** Its health; `degraded` also where it is not known. */
  readonly health: 'healthy' | 'degraded' | 'unhealthy';
  /** Wall time of the news by which it is known. */
  readonly lastCheck: Date;
}

/**
 * The short view of an instance.
 *
 * @usageNotes
 * ```ts
 * toEndpoint(instance).url; // 'https://api-1.example.com/orders'
 * ```
 */
export function toEndpoint(instance: ServiceInstance): ServiceEndpoint {
  const { name, url, version, health, lastSeen } = instance;
  return {
    name,
    url,
    version,
    health: health === 'unknown' ? 'degraded' : health,
    lastCheck: lastSeen,
  };
}

/** What tells an instance from all others: a registry may know one machine under two services by one id. */
export function instanceKey({ id, name }: Pick<ServiceInstance, 'id' | 'name'>): string {
  return `${name}/${id}`;
}

/** Whether two instances say the same. The time at which they were seen does not count: a heartbeat is no change. */
export function sameInstance(a: ServiceInstance, b: ServiceInstance): boolean {
  return (
    a === b ||
    (a.id === b.id &&
      a.health === b.health &&
      a.weight === b.weight &&
      a.url === b.url &&
      a.name === b.name &&
      a.version === b.version &&
      a.address === b.address &&
      a.port === b.port &&
      a.secure === b.secure &&
      sameRecord(a.metadata, b.metadata))
  );
}

function sameRecord(a: Readonly<Record<string, string>>, b: typeof a): boolean {
  const keys = Object.keys(a);
  return (
    a === b ||
    (keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]))
  );
}
