import { TestBed } from '@angular/core/testing';
import {
  CLOCK,
  DIAGNOSTICS,
  type Diagnostic,
  type DiagnosticRecord,
  DiagnosticsLog,
  schedulerClock,
  withDiagnostics,
} from './public-api';
import { VirtualTimeScheduler } from 'rxjs';

const fact = (message: string): Diagnostic => ({
  code: 'RXM801',
  severity: 'warning',
  source: 'spec',
  message,
});

const setUp = (listener?: (fact: DiagnosticRecord) => void) => {
  const scheduler = new VirtualTimeScheduler();
  const features = listener ? withDiagnostics(listener).ɵproviders : [];
  TestBed.configureTestingModule({
    providers: [{ provide: CLOCK, useValue: schedulerClock(scheduler) }, ...features],
  });
  return { scheduler, log: TestBed.inject(DiagnosticsLog), port: TestBed.inject(DIAGNOSTICS) };
};

describe(DiagnosticsLog.name, () => {
  it('is the port by default', () => {
    const { log, port } = setUp();

    expect(port).toBe(log);
  });

  it('keeps what is reported with its wall time, and tells listeners', () => {
    const { scheduler, log } = setUp();
    const heard: DiagnosticRecord[] = [];
    log.events$.subscribe((record) => heard.push(record));
    scheduler.frame = 700;
    log.report({ ...fact('lost'), cause: 'why' });

    expect(log.recent()).toEqual([{ ...fact('lost'), cause: 'why', at: 700 }]);
    expect(heard).toEqual(log.recent());
  });

  it('keeps the newest hundred, oldest first', () => {
    const { log } = setUp();
    for (let i = 0; i < 250; i++) log.report(fact(String(i)));
    const messages = log.recent().map(({ message }) => message);

    expect(messages).toHaveLength(100);
    expect([messages[0], messages[99]]).toEqual(['150', '249']);
  });
});

describe('withDiagnostics', () => {
  it('tells the application and still keeps the log', () => {
    const heard: DiagnosticRecord[] = [];
    const { scheduler, log, port } = setUp((record) => heard.push(record));
    scheduler.frame = 30;
    port.report(fact('lost'));

    expect(heard).toEqual([{ ...fact('lost'), at: 30 }]);
    expect(log.recent()).toEqual(heard);
  });

  it('ignores what the listener throws', () => {
    const { log, port } = setUp(() => {
      throw new Error('the tracker is down');
    });

    expect(() => port.report(fact('first'))).not.toThrow();
    expect(() => port.report(fact('second'))).not.toThrow();
    expect(log.recent().map(({ message }) => message)).toEqual(['first', 'second']);
  });

  it('does not tell a listener of its own failures, which would never end', () => {
    const heard: string[] = [];
    const { log, port } = setUp(({ message }) => {
      heard.push(message);
      TestBed.inject(DIAGNOSTICS).report(fact(`could not send: ${message}`));
    });
    port.report(fact('first'));
    port.report(fact('second'));

    expect(heard).toEqual(['first', 'second']);
    expect(log.recent().map(({ message }) => message)).toEqual([
      'first',
      'could not send: first',
      'second',
      'could not send: second',
    ]);
  });

  it('is a feature of its own kind', () => {
    expect(withDiagnostics(() => undefined).ɵkind).toBe('diagnostics');
  });
});
