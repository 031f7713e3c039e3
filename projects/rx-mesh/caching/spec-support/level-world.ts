import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, SequentialIds } from 'rx-mesh/testing';
import type { CacheCodec } from '../cache-codec';
import { CACHE, type CacheOptions } from '../cache-options';
import { jsonCodec } from '../codec/json-codec';
import { RemoteLevel } from '../level/remote-level';
import { REMOTE_LEVEL, type RemoteLevelOptions } from '../level/remote-level-options';
import type { ValueFacts } from '../cached-value';
import type { CacheVoid, RemoteFound, RemoteMarks } from '../remote-level';
import { FakeRemoteCache } from '../../spec-support/fake-remote-cache';

/** One second level, and clients of it. */
export class LevelWorld {
  readonly clock = new ManualClock();
  readonly diagnostics = new RecordingDiagnostics();
  readonly remote = new FakeRemoteCache(this.clock);
  // One for all clients: tokens of two must differ.
  readonly ids = new SequentialIds();

  /** Another client. */
  client(options: RemoteLevelOptions = {}, codec?: CacheCodec): LevelClient {
    return new LevelClient(this, options, codec);
  }
}

/** A client, with answers as plain values. */
export class LevelClient {
  scope: string | undefined = 'ann';
  readonly level: RemoteLevel;
  readonly random = seededRandom(1);

  constructor(
    { clock, diagnostics, remote, ids }: LevelWorld,
    options: RemoteLevelOptions,
    codec: CacheCodec = jsonCodec(),
  ) {
    const { random } = this;
    this.level = new RemoteLevel(
      { remote, codec, clock, ids, random, diagnostics, scope: () => this.scope },
      REMOTE_LEVEL.resolve(options),
    );
  }

  /** What lookup() emits, all of it, in a list that fills up. */
  lookup(key: string, options?: CacheOptions): RemoteFound[] {
    const answers: RemoteFound[] = [];
    this.level.lookup(key, CACHE.resolve(options)).subscribe((answer) => answers.push(answer));
    return answers;
  }

  /** The value of a key, when it is there at once. */
  value(key: string, options?: CacheOptions): unknown {
    return this.lookup(key, options)[0]?.found?.value;
  }

  /** What is in force. */
  marks(key: string, options?: CacheOptions): RemoteMarks | undefined {
    return this.lookup(key, options)[0]?.marks;
  }

  /** Keeps a value; what store() emits, in a list that fills up, and 'end'. */
  store(
    key: string,
    value: unknown,
    options?: CacheOptions,
    marks: RemoteMarks | 'set' | undefined = this.marks(key, options),
    facts?: ValueFacts,
  ): unknown[] {
    const answers: unknown[] = [];
    this.level.store(key, value, CACHE.resolve(options), marks, facts).subscribe({
      next: (done) => answers.push(done),
      complete: () => answers.push('end'),
    });
    return answers;
  }

  /** Sets a value. */
  set(key: string, value: unknown, options?: CacheOptions): unknown[] {
    return this.store(key, value, options, 'set');
  }

  /** Makes something void; what invalidate() emits, and 'end'. */
  invalidate(what: CacheVoid): unknown[] {
    const answers: unknown[] = [];
    this.level.invalidate(what).subscribe({
      next: (done) => answers.push(done),
      complete: () => answers.push('end'),
    });
    return answers;
  }
}
