import { fraction, nonNegative, nonNegativeInteger, waitable } from 'rx-mesh/kernel';
import { CIRCUIT_BREAKER } from 'rx-mesh/resilience';
import { nonEmpty } from '../create-instance';
import { OUTLIERS } from '../health/outlier-options';
import {
  type Schema,
  checked,
  falseOr,
  listOf,
  objectOf,
  optionsOf,
  recordOf,
} from './policy-schema';
import type { TrafficPolicy } from './traffic-policy';

/**
 * Reads a traffic policy, from JSON say.
 *
 * @param strategies The balancing strategies that there are. @default any name will do
 * @returns A frozen copy.
 * @throws InvalidOptionError that names the path of what is wrong, such as `TrafficPolicy.services.orders.retry.retries`.
 * @usageNotes
 * ```ts
 * parseTrafficPolicy({ services: { orders: { split: [{ version: '2', weight: 5 }] } } });
 * ```
 */
export function parseTrafficPolicy(value: unknown, strategies?: readonly string[]): TrafficPolicy {
  const service = serviceSchema(strategies);
  const schema = objectOf({ defaults: service, services: recordOf(service) });
  return schema('TrafficPolicy', value) as TrafficPolicy;
}

function serviceSchema(strategies: readonly string[] | undefined): Schema {
  const text = checked<string>((value) => (typeof value === 'string' ? undefined : 'a text'));
  const share = checked(fraction);
  const strategy = checked<string>((value) =>
    strategies === undefined || strategies.includes(value)
      ? nonEmpty(value)
      : `a known strategy: ${strategies.join(', ')}`,
  );
  return objectOf({
    timeout: checked(waitable),
    deadline: checked(waitable),
    retry: objectOf({ retries: checked(nonNegativeInteger) }),
    breaker: optionsOf(CIRCUIT_BREAKER, 'judge'),
    balancing: objectOf({
      strategy,
      subset: recordOf(text),
      zone: text,
      panicThreshold: share,
      slowStart: checked(nonNegative),
    }),
    split: listOf(
      objectOf({ version: checked(nonEmpty), weight: checked(nonNegative) }, 'version', 'weight'),
    ),
    outliers: falseOr(optionsOf(OUTLIERS)),
    fault: objectOf({
      delay: objectOf({ share, time: checked(waitable) }, 'share', 'time'),
      abort: objectOf({ share, status: checked(refusal) }, 'share', 'status'),
    }),
  });
}

function refusal(value: number): string | undefined {
  return Number.isInteger(value) && value >= 400 && value <= 599
    ? undefined
    : 'a status from 400 to 599';
}
