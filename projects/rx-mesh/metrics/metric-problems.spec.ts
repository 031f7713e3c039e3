import { RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from './metric-registry';
import { BAD_NAME, MetricProblems, badValue } from './metric-problems';

describe(MetricProblems.name, () => {
  it('counts each dropped sample and tells of each kind once a metric', () => {
    const diagnostics = new RecordingDiagnostics();
    const problems = new MetricProblems(diagnostics);
    for (let i = 0; i < 3; i++) {
      problems.reject(badValue('counter'), 'a');
      problems.reject(badValue('timer'), 'b');
      problems.reject(BAD_NAME, 'a');
    }

    expect(problems.rejected).toBe(9);
    expect(diagnostics.codes).toEqual(['RXM851', 'RXM851', 'RXM850']);
    expect(diagnostics.records[0]).toEqual({
      code: 'RXM851',
      severity: 'error',
      source: 'metrics',
      message:
        'A sample of metric "a" was dropped: a counter takes finite numbers of at least 0, with a finite sum.',
    });
  });

  it('remembers a bounded number of names, and shows the start of a long one', () => {
    const diagnostics = new RecordingDiagnostics();
    const problems = new MetricProblems(diagnostics);
    problems.reject(BAD_NAME, 'x'.repeat(10_000));
    for (let i = 0; i < 2000; i++) problems.reject(BAD_NAME, `${i}`);

    expect([problems.rejected, diagnostics.records.length]).toEqual([2001, 1000]);
    expect(diagnostics.records[0]?.message.length).toBeLessThan(300);
  });

  it('survives a port that throws, and one that records what is dropped', () => {
    const told: string[] = [];
    const registry = new MetricRegistry({
      diagnostics: {
        report: ({ code }) => {
          told.push(code);
          registry.ɵmetric('counter', '').add();
          throw new Error('a bug in a port');
        },
      },
    });
    registry.gauge('a').set(NaN);
    registry.gauge('a').set(1);

    expect(told).toEqual(['RXM851', 'RXM850']);
    expect([registry.rejected, registry.collect().length]).toEqual([3, 1]);
  });
});
