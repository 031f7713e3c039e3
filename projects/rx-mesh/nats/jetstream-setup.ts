import type { StreamConfig } from '@nats-io/jetstream';
import { JetStreamConfigError } from './jetstream-errors';
import type { JetStreamValues } from './jetstream-options';
import { allSubjects } from './jetstream-subject';
import type { NatsJetStream } from './nats-connection';
import { natsFault } from './nats-failure';

const NANOS = 1_000_000;
const STREAM_NOT_FOUND = 10_059;
const NAME_IN_USE = 10_058;

type Manager = Pick<NatsJetStream, 'manager'>['manager'];

/**
 * Makes sure that there is a stream in which no event is lost. A server takes options that it does not know and says nothing,
 * so what it has is read back and compared.
 *
 * @throws JetStreamConfigError when it is none.
 */
export async function prepareStream(manager: Manager, values: JetStreamValues): Promise<void> {
  const { stream, create } = values;
  const wanted = wantedConfig(values);
  const found = await existing(manager, stream, create);
  if (found) {
    checkStream(stream, found, values.subject);
    return;
  }
  try {
    const { config } = await manager.streams.add(wanted);
    checkStream(stream, config, values.subject);
    checkEcho(stream, wanted, config);
  } catch (error) {
    if (natsFault(error).code !== NAME_IN_USE) throw error;
    // Another client was faster, with options of its own.
    const { config } = await manager.streams.info(stream);
    checkStream(stream, config, values.subject);
  }
}

async function existing(
  manager: Manager,
  stream: string,
  create: boolean,
): Promise<Readonly<Partial<StreamConfig>> | undefined> {
  try {
    return (await manager.streams.info(stream)).config;
  } catch (error) {
    if (create && natsFault(error).code === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

type Wanted = Pick<
  StreamConfig,
  'name' | 'subjects' | 'retention' | 'storage' | 'num_replicas' | 'discard' | 'duplicate_window'
> &
  Partial<StreamConfig>;

function wantedConfig(values: JetStreamValues): Wanted {
  const { stream, subject, storage, replicas, duplicateWindow, maxBytes } = values;
  return {
    name: stream,
    subjects: [allSubjects(subject)],
    retention: 'limits',
    storage,
    num_replicas: replicas,
    discard: 'new',
    duplicate_window: Math.round(duplicateWindow * NANOS),
    max_msgs: -1,
    max_age: 0,
    max_msgs_per_subject: -1,
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
  };
}

type Rule = readonly [
  field: keyof StreamConfig,
  holds: (config: Readonly<Partial<StreamConfig>>) => boolean,
  expected: string,
];

const isUnlimited = (limit: number | undefined): boolean => limit === undefined || limit <= 0;

// What would throw events away that nobody wanted to lose, or acknowledge what it has not.
const RULES: readonly Rule[] = [
  ['retention', ({ retention }) => retention === 'limits', '"limits"'],
  ['max_age', ({ max_age }) => isUnlimited(max_age), 'no limit'],
  [
    'max_msgs',
    ({ max_msgs, discard }) => isUnlimited(max_msgs) || discard === 'new',
    'no limit, or "new" as discard',
  ],
  [
    'max_bytes',
    ({ max_bytes, discard }) => isUnlimited(max_bytes) || discard === 'new',
    'no limit, or "new" as discard',
  ],
  ['max_msgs_per_subject', (config) => isUnlimited(config.max_msgs_per_subject), 'no limit'],
  ['no_ack', ({ no_ack }) => no_ack !== true, 'false'],
  ['sealed', ({ sealed }) => sealed !== true, 'false'],
  ['mirror', ({ mirror }) => mirror === undefined, 'none'],
  ['subject_transform', (config) => config.subject_transform === undefined, 'none'],
];

function checkStream(
  stream: string,
  config: Readonly<Partial<StreamConfig>>,
  prefix: string,
): void {
  for (const [field, holds, expected] of RULES) {
    if (!holds(config)) throw new JetStreamConfigError(stream, field, expected, config[field]);
  }
  const subject = allSubjects(prefix);
  if (config.subjects?.includes(subject) !== true) {
    const expected = JSON.stringify(subject);
    throw new JetStreamConfigError(stream, 'subjects', expected, config.subjects);
  }
}

function checkEcho(stream: string, wanted: Wanted, config: Readonly<Partial<StreamConfig>>): void {
  const fields = ['storage', 'num_replicas', 'discard', 'duplicate_window', 'max_bytes'] as const;
  for (const field of fields) {
    const value = wanted[field];
    if (value === undefined || config[field] === value) continue;
    throw new JetStreamConfigError(stream, field, JSON.stringify(value), config[field]);
  }
}
