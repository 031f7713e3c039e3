import { InvalidOptionError } from 'rx-mesh/kernel';
import type { ServiceInstance } from '../../service-instance';
import { type ConsulValues, namesOf } from './consul-options';

/** The body of `/v1/agent/service/register`. */
export interface ConsulRegistration {
  readonly ID: string;
  readonly Name: string;
  readonly Address: string;
  readonly Port: number;
  readonly Tags: readonly string[];
  readonly Meta: Readonly<Record<string, string>>;
  readonly Weights: { readonly Passing: number; readonly Warning: number };
}

// What Consul says by itself about an instance, and what has fields of its own.
const NOT_META: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'tags',
  'datacenter',
  'node',
  'maintenance',
]);
const MOST_WEIGHT = 65_535;

/**
 * What to register of an instance.
 *
 * @throws InvalidOptionError when it has no address and port of its own.
 */
export function registrationOf(
  instance: ServiceInstance,
  options: ConsulValues,
): ConsulRegistration {
  const { id, name, version, address, port, secure, metadata, weight } = instance;
  if (address === '' || port === 0) {
    const expected = 'an absolute URL: others cannot call a path of this origin';
    throw new InvalidOptionError('ConsulService.registerService.url', instance.url, expected);
  }
  const facts = new Map(Object.entries(metadata));
  const meta = new Map([...facts].filter(([key]) => !NOT_META.has(key)));
  if (version !== '') meta.set('version', version);
  if (secure) meta.set('secure', 'true');
  const tags = facts.get('tags') ?? '';
  return {
    ID: id,
    Name: namesOf(options)?.get(name) ?? name,
    Address: address,
    Port: port,
    Tags: tags === '' ? [] : tags.split(','),
    Meta: Object.fromEntries(meta),
    // Consul takes whole weights, at least 1 for an instance that passes.
    Weights: { Passing: Math.min(MOST_WEIGHT, Math.max(1, Math.round(weight))), Warning: 1 },
  };
}
