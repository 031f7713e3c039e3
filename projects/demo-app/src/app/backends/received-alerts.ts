/** An alert as an Alertmanager keeps it. */
export interface ReceivedAlert {
  /** 16 hexadecimal digits, made of the labels. */
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Date;
  /** When it is over, unless it is sent again before. */
  readonly endsAt: Date;
  readonly updatedAt: Date;
  /** How often it was sent. */
  readonly times: number;
}

/** An alert that was sent, or why it is none. */
export type PostedAlert =
  | { readonly ok: true; readonly alert: ReceivedAlert }
  | { readonly ok: false; readonly reason: string };

type Wire = Readonly<Record<string, unknown>>;

const RESOLVE_TIMEOUT = 300_000; // milliseconds
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** What the shape of a body has against it, as the schema of the API v2 has it; `undefined` when it is sound. */
export function shapeProblem(body: unknown): string | undefined {
  if (!Array.isArray(body)) return 'alerts in body must be of type array';
  return body
    .map((alert: unknown, i) => {
      const problem = isWire(alert) ? alertProblem(alert) : 'must be of type object';
      return problem && `${i}.${problem}`;
    })
    .find((problem) => problem !== undefined);
}

/** Reads an alert of sound shape. @param now Milliseconds since the Unix epoch. */
export function readAlert(wire: Wire, now: number): PostedAlert {
  const labels = textsOf(wire['labels']);
  const annotations = textsOf(wire['annotations']);
  const end = timeOf(wire['endsAt']) ?? now + RESOLVE_TIMEOUT;
  const start = timeOf(wire['startsAt']) ?? Math.min(now, end);
  const refuse = (reason: string): PostedAlert => ({ ok: false, reason });
  if (end < start) return refuse('start time must be before end time');
  for (const [what, texts] of [
    ['label', labels],
    ['annotation', annotations],
  ] as const) {
    const bad = Object.keys(texts).find((name) => !NAME.test(name));
    if (bad !== undefined) return refuse(`invalid ${what} set: invalid name "${bad}"`);
  }
  if (Object.keys(labels).length === 0) return refuse('at least one label pair required');
  return {
    ok: true,
    alert: {
      fingerprint: fingerprintOf(labels),
      labels,
      annotations,
      startsAt: new Date(start),
      endsAt: new Date(end),
      updatedAt: new Date(now),
      times: 1,
    },
  };
}

/** One more delivery of an alert that is known: it began when the first one said, unless that one was over. */
export function mergedAlert(known: ReceivedAlert | undefined, next: ReceivedAlert): ReceivedAlert {
  if (!known) return next;
  const startsAt = known.endsAt >= next.startsAt ? known.startsAt : next.startsAt;
  return { ...next, startsAt, times: known.times + 1 };
}

/** An alert as `GET /api/v2/alerts` gives it. */
export function gettableAlert(alert: ReceivedAlert): unknown {
  const { annotations, endsAt, fingerprint, labels, startsAt, updatedAt } = alert;
  return {
    annotations,
    endsAt: endsAt.toISOString(),
    fingerprint,
    receivers: [{ name: 'on-call' }],
    startsAt: startsAt.toISOString(),
    status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
    updatedAt: updatedAt.toISOString(),
    labels,
  };
}

function alertProblem(alert: Wire): string | undefined {
  const { annotations = {}, endsAt, generatorURL, labels, startsAt } = alert;
  if (labels === undefined) return 'labels in body is required';
  for (const [name, texts] of Object.entries({ labels, annotations })) {
    if (!isWire(texts)) return `${name} in body must be of type object`;
    const bad = Object.keys(texts).find((key) => typeof texts[key] !== 'string');
    if (bad !== undefined) return `${name}.${bad} in body must be of type string`;
  }
  for (const [name, time] of Object.entries({ startsAt, endsAt })) {
    const isTime = time === undefined || (typeof time === 'string' && TIME.test(time));
    if (!isTime) return `${name} in body must be of type date-time`;
  }
  const isUrl =
    generatorURL === undefined || (typeof generatorURL === 'string' && URL.canParse(generatorURL));
  return isUrl ? undefined : 'generatorURL in body must be of type uri';
}

function timeOf(value: unknown): number | undefined {
  return typeof value === 'string' ? new Date(value).getTime() : undefined;
}

/** Labels without a value are no labels. */
function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isWire(value) ? value : {});
  return Object.fromEntries(
    entries.flatMap(([name, text]) =>
      typeof text === 'string' && text !== '' ? [[name, text]] : [],
    ),
  );
}

function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The 64 bit FNV-1a of the labels, each name and value ended by a byte that no text has: what Alertmanager does. */
function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const encoder = new TextEncoder();
  const bytes = Object.keys(labels)
    .sort()
    .flatMap((name) => [name, labels[name] ?? ''])
    .flatMap((text) => [...encoder.encode(text), 0xff]);
  const hash = bytes.reduce(
    (sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n),
    0xcbf29ce484222325n,
  );
  return hash.toString(16).padStart(16, '0');
}
