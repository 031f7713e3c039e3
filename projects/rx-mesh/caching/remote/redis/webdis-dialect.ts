import { from, map, mergeMap, reduce } from 'rxjs';
import { jsonSplitter } from './json-splitter';
import type { RedisCommand, RedisDialect, RedisPush } from './redis-dialect';
import { type RedisAnswer, ask, redisError, replyError, statusError } from './redis-exchange';

// A browser has six connections to a host, of which a subscription takes one.
const AT_ONCE = 4;

/** Webdis: one command a request, in the body as simple text, so that a browser asks for no permission before. */
export const webdisDialect: RedisDialect = {
  send: (ports, commands) =>
    from(commands).pipe(
      mergeMap(
        (command, at) =>
          ask(ports, { path: '/', body: written(command) }).pipe(
            map((answer) => ({ at, reply: replyOf(command[0], answer) })),
          ),
        AT_ONCE,
      ),
      reduce((replies: unknown[], { at, reply }) => {
        replies[at] = reply;
        return replies;
      }, []),
    ),
  listen: (_ports, pattern) => ({ path: '/', body: written(['PSUBSCRIBE', pattern]) }),
  reader: () => {
    const split = jsonSplitter();
    return (part) => split(part).map(pushOf);
  },
};

function written(command: RedisCommand): string {
  // A dot would say in which format to answer.
  return command.map((arg) => encodeURIComponent(arg).replaceAll('.', '%2E')).join('/');
}

function replyOf(name: string, { status, text }: RedisAnswer): unknown {
  if (status !== 200) throw statusError(status);
  return valueOf(name, text);
}

// Status and errors of Redis come as a pair; in a list of values there are no booleans.
function valueOf(name: string, text: string): unknown {
  const answer: unknown = JSON.parse(text);
  const value: unknown = Object.entries(Object(answer) as object).find(
    ([key]) => key === name,
  )?.[1];
  if (!Array.isArray(value) || typeof value[0] !== 'boolean') return value;
  if (!value[0]) throw replyError(value[1]);
  return value[1];
}

function pushOf(document: string): RedisPush {
  const value = valueOf('PSUBSCRIBE', document);
  if (!Array.isArray(value)) throw redisError('malformed', 'a subscription of something else');
  const [kind, , channel, text] = value as readonly unknown[];
  // A text that is no UTF-8 is left out.
  return kind === 'pmessage' && typeof channel === 'string' && typeof text === 'string'
    ? { channel, text }
    : { text: '' };
}
