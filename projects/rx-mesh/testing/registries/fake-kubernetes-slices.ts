import type { FakeSlice } from './fake-kubernetes-store';

/** An endpoint in short. */
export interface FakeEndpoint {
  /** Its address; what has a colon is IPv6, what has a letter is a host name. */
  readonly address: string;
  /** Its port. */
  readonly port: number;
  /** @default 'http' */
  readonly portName?: string | undefined;
  /** @default none */
  readonly appProtocol?: string | undefined;
  /** @default nobody said, which means true */
  readonly ready?: boolean | undefined;
  /** @default nobody said, which means true */
  readonly serving?: boolean | undefined;
  /** @default nobody said, which means false */
  readonly terminating?: boolean | undefined;
  /** @default none */
  readonly zone?: string | undefined;
  /** @default none */
  readonly nodeName?: string | undefined;
  /** The uid of its pod. @default none */
  readonly uid?: string | undefined;
  /** The version that runs there, as a label of the slice. @default none */
  readonly version?: string | undefined;
}

/** The slices of a service: one for each sort of address, each port and each version. */
export function slicesOf(
  service: string,
  endpoints: readonly FakeEndpoint[],
): readonly FakeSlice[] {
  const groups = new Map<string, FakeEndpoint[]>();
  for (const endpoint of endpoints) {
    const { address, port, portName = 'http', appProtocol = '', version = '' } = endpoint;
    const release = version === '' ? '' : `v${version}`;
    const parts = [service, familyOf(address), port, portName, appProtocol, release];
    const name = parts
      .filter((part) => part !== '')
      .join('-')
      .toLowerCase();
    groups.set(name, [...(groups.get(name) ?? []), endpoint]);
  }
  return [...groups].map(([name, group]) => sliceOf(service, name, group));
}

function sliceOf(service: string, name: string, group: readonly FakeEndpoint[]): FakeSlice {
  const [first] = group;
  return {
    metadata: {
      name,
      labels: {
        'kubernetes.io/service-name': service,
        ...(first?.version !== undefined && { 'app.kubernetes.io/version': first.version }),
      },
    },
    addressType: familyOf(first?.address ?? ''),
    // What is undefined does not go over the wire.
    endpoints: group.map(({ address, ready, serving, terminating, zone, nodeName, uid }) => ({
      addresses: [address],
      conditions: { ready, serving, terminating },
      zone,
      nodeName,
      targetRef: uid === undefined ? undefined : { kind: 'Pod', name: `pod-${uid}`, uid },
    })),
    ports: [
      {
        name: first?.portName ?? 'http',
        protocol: 'TCP',
        port: first?.port,
        appProtocol: first?.appProtocol,
      },
    ],
  };
}

function familyOf(address: string): string {
  if (address.includes(':')) return 'IPv6';
  return /[a-z]/i.test(address) ? 'FQDN' : 'IPv4';
}
