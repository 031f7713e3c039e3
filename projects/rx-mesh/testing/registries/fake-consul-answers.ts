/** What an answer to a query says. */
export interface Told {
  readonly index: bigint;
  readonly body: string;
}

/** A query that waits for a change. */
export interface Blocked {
  /** Answers if there was one. */
  readonly look: () => void;
  /** Answers with what is so now. */
  readonly answer: () => void;
  /** Fails it, as a connection that is lost. */
  readonly breakOff: () => void;
}

/** What Consul says with some errors, and what nobody should take for an index. */
export const NO_INDEX: Readonly<Record<string, string>> = {
  'X-Consul-Index': '1',
  'X-Consul-KnownLeader': 'false',
};

/** The answer to a method that a path does not have. */
export function notAllowed({ method }: Request): Response {
  return new Response(`method ${method} not allowed`, { status: 405 });
}
