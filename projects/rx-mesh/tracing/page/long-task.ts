import { isHttp, parseUrl } from '../request-url';
import type { SpanTagValue } from '../trace-span';
import { finiteOf, membersOf } from './unknown-shape';

/** Something that kept the page from answering. */
export interface LongTask {
  readonly startTime: number;
  readonly duration: number;
  readonly tags: Readonly<Record<string, SpanTagValue>>;
}

// What the Long Tasks API allows a task before it counts as blocking.
const UNNOTICED = 50; // ms

/** Reads an entry of the kinds `long-animation-frame` and `longtask`; `undefined` when it is none. */
export function readLongTask(entry: unknown, origin: string): LongTask | undefined {
  const members = membersOf<'blockingDuration' | 'duration' | 'scripts' | 'startTime'>(entry);
  const startTime = finiteOf(members?.startTime);
  const duration = finiteOf(members?.duration);
  if (startTime === undefined || duration === undefined || startTime < 0) return undefined;
  const blocking = finiteOf(members?.blockingDuration) ?? Math.max(0, duration - UNNOTICED);
  return {
    startTime,
    duration,
    tags: {
      'rx_mesh.long_task.blocking_duration': blocking,
      ...scriptTags(longestOf(members?.scripts), origin),
    },
  };
}

type Script = ReturnType<typeof membersOf<'duration' | 'invokerType' | 'sourceURL'>>;

function longestOf(scripts: unknown): Script {
  let longest: Script;
  let most = -1;
  for (const script of Array.isArray(scripts) ? (scripts as readonly unknown[]) : []) {
    const members: Script = membersOf(script);
    const duration = finiteOf(members?.duration) ?? 0;
    if (duration <= most) continue;
    most = duration;
    longest = members;
  }
  return longest;
}

function scriptTags(script: Script, origin: string): Record<string, SpanTagValue> {
  const tags: Record<string, SpanTagValue> = {};
  if (!script) return tags;
  const { invokerType, sourceURL } = script;
  const url = typeof sourceURL === 'string' ? parseUrl(sourceURL) : undefined;
  if (url) tags['rx_mesh.long_task.script'] = shownUrl(url, origin);
  if (typeof invokerType === 'string' && invokerType !== '') {
    tags['rx_mesh.long_task.invoker_type'] = invokerType;
  }
  return tags;
}

// A script in the page itself has the URL of the page, which may say whose page it is. A blob: or data: URL is all content.
function shownUrl(url: URL, origin: string): string {
  if (!isHttp(url)) return url.protocol;
  const isOwnFile = url.origin === origin && /\.[cm]?[jt]sx?$/.test(url.pathname);
  return isOwnFile ? url.origin + url.pathname : url.origin;
}
