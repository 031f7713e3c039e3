import { map } from 'rxjs';
import type { RedisDialect, RedisPush } from './redis-dialect';
import {
  MOST_PUSHED,
  type RedisPorts,
  ask,
  redisError,
  replyError,
  statusError,
} from './redis-exchange';

/** The REST interface of Upstash: commands as JSON, several in one request; messages as server-sent events. */
export const upstashDialect: RedisDialect = {
  send: (ports, commands) => {
    const isOne = commands.length === 1;
    return ask(ports, {
      path: isOne ? '/' : '/pipeline',
      body: JSON.stringify(isOne ? commands[0] : commands),
      headers: { ...authorization(ports), 'Content-Type': 'application/json' },
    }).pipe(
      map(({ status, text }) => {
        if (status !== 200 && status !== 400) throw statusError(status);
        const answer: unknown = JSON.parse(text);
        const replies = (isOne || status === 400 ? [answer] : answer) as readonly unknown[];
        return replies.map((reply) => {
          const { result, error } = reply as {
            readonly result?: unknown;
            readonly error?: unknown;
          };
          if (error !== undefined) throw replyError(error);
          return result;
        });
      }),
    );
  },
  listen: (ports, pattern) => ({
    path: `/psubscribe/${encodeURIComponent(pattern)}`,
    headers: { ...authorization(ports), Accept: 'text/event-stream' },
  }),
  reader: () => {
    let rest = '';
    return (part) => {
      const events = (rest + part).split(/\r?\n\r?\n/);
      rest = events.pop() ?? '';
      if (rest.length > MOST_PUSHED) throw redisError('malformed', 'a message without end');
      return events.map(pushOf);
    };
  },
};

function authorization({ options: { token } }: RedisPorts): Record<string, string> {
  return token === '' ? {} : { Authorization: `Bearer ${token}` };
}

function pushOf(event: string): RedisPush {
  const data = event
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).replace(/^ /, ''))
    .join('\n');
  // Neither patterns nor channels have a comma.
  const [, channel, text = ''] = /^pmessage,[^,]*,([^,]*),(.*)$/s.exec(data) ?? [];
  return { channel, text };
}
