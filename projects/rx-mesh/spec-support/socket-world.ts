import { Subject, ReplaySubject } from 'rxjs';
import { ManualClock, ManualPage, RecordingDiagnostics, SeededRandom } from 'rx-mesh/testing';
import { FakeSockets } from 'rx-mesh/testing';

/** How a page comes and goes. */
export type PageEvent = 'away' | 'back' | 'seen';

/** What a socket is given, without Angular. */
export function socketPorts() {
  const sockets = new FakeSockets();
  const events = new Subject<PageEvent>();
  const ended = new ReplaySubject<void>(1);
  const clock = new ManualClock();
  const page = new ManualPage();
  const diagnostics = new RecordingDiagnostics();
  const random = new SeededRandom();
  const ports = { clock, random, page, events$: events.asObservable(), diagnostics, ended$: ended };
  return { sockets, events, ended, clock, page, diagnostics, random, ports };
}

/** What a stream or a send has come to. */
export function watched(source: {
  subscribe(observer: {
    next: (value: unknown) => void;
    error: (error: unknown) => void;
    complete: () => void;
  }): { unsubscribe(): void };
}) {
  const heard: unknown[] = [];
  const subscription = source.subscribe({
    next: (value) => heard.push(value),
    error: (error: unknown) => heard.push(error),
    complete: () => heard.push('completed'),
  });
  return { heard, leave: () => subscription.unsubscribe() };
}
