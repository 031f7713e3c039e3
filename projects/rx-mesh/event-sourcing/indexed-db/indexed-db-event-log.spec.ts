import { RecordingDiagnostics } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { describeEventLog } from '../../spec-support/contracts/event-log';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { EventDatabase } from './event-database';
import { IndexedDbEventLog } from './indexed-db-event-log';

describeEventLog(IndexedDbEventLog.name, () => {
  const databases = fakeDatabases();
  const channel = new Subject<unknown>();
  const hints = { heard: () => channel, tell: (_log: string, told: unknown) => channel.next(told) };
  const [log, other] = [1, 2].map(
    () =>
      new IndexedDbEventLog(
        new EventDatabase('events', () => databases),
        hints,
        new RecordingDiagnostics(),
      ),
  );
  if (!log || !other) throw new Error('There are two.');
  return { log, other };
});
