import { type ResourceUtilization } from 'rx-mesh/metrics';
import { formatDuration, formatShare } from '../ui/format';

/** Something that is used up, in words. */
export interface ResourceRow {
  readonly name: string;
  /** `undefined` when nobody tells. */
  readonly value: string | undefined;
}

/** What a platform tells of its resources, in words. */
export function resourceRows(told: ResourceUtilization | undefined): readonly ResourceRow[] {
  const { cpu, disk, longTasks, memory, network, processors } = told ?? {};
  const known = <T>(value: T | undefined, say: (value: T) => string) =>
    value === undefined ? undefined : say(value);
  return [
    { name: 'Processor in use', value: known(cpu, formatShare) },
    { name: 'Logical processors', value: known(processors, String) },
    { name: 'Main thread held by long tasks', value: known(longTasks, formatShare) },
    {
      name: 'JavaScript heap',
      value: known(memory, ({ limit, used }) => part(used, limit)),
    },
    {
      name: 'Storage of this site',
      value: known(disk, ({ quota, used }) => part(used, quota)),
    },
    {
      name: 'Bandwidth',
      value: known(network?.downlink, (rate) => `${rate} Mbit/s`),
    },
    { name: 'Round trip', value: known(network?.roundTrip, formatDuration) },
    { name: 'Kind of connection', value: known(network?.effectiveType, String) },
  ];
}

function part(used: number, limit: number): string {
  return `${bytes(used)} of ${bytes(limit)}`;
}

function bytes(count: number): string {
  if (count < 1e6) return `${rounded(count / 1e3)} kB`;
  return count < 1e9 ? `${rounded(count / 1e6)} MB` : `${rounded(count / 1e9)} GB`;
}

function rounded(amount: number): string {
  return amount < 9.95 ? amount.toFixed(1) : String(Math.round(amount));
}
