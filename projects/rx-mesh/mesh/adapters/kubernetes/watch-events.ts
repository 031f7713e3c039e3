import { fieldOf, objectOf, textOr } from '../registry/json-reader';
import { type EndpointSlice, readSlice } from './endpoint-slices';
import { type KubernetesStatus, statusOf } from './kubernetes-status';

/** One event of a watch. */
export type WatchEvent =
  | {
      /** It is there now, has changed, or is gone, which a label that no longer fits means too. */
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly slice: EndpointSlice;
      /** The version to go on from; `''` when it says none. */
      readonly version: string;
    }
  | {
      /** Nothing has happened up to this version. */
      readonly type: 'BOOKMARK';
      readonly version: string;
    }
  | {
      /** The watch is over. */
      readonly type: 'ERROR';
      readonly status: KubernetesStatus;
    };

/** Reads one line of a watch; `undefined` when it is no event. */
export function readWatchEvent(line: string): WatchEvent | undefined {
  const event = parse(line);
  const object = objectOf(fieldOf(event, 'object'));
  if (!object) return undefined;
  const version = textOr(fieldOf(fieldOf(object, 'metadata'), 'resourceVersion'));
  const type = fieldOf(event, 'type');
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const slice = readSlice(object);
      return slice && { type, slice, version };
    }
    case 'BOOKMARK':
      return version === '' ? undefined : { type, version };
    case 'ERROR':
      return { type, status: statusOf(object) };
    default:
      return undefined;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
