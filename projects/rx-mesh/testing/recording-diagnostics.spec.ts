import type { Diagnostic } from 'rx-mesh/kernel';
import { RecordingDiagnostics } from './recording-diagnostics';

const fact = (code: Diagnostic['code']): Diagnostic => ({
  code,
  severity: 'warning',
  source: 'spec',
  message: 'A fact.',
});

describe(RecordingDiagnostics.name, () => {
  it('keeps what is reported, oldest first', () => {
    const diagnostics = new RecordingDiagnostics();
    diagnostics.report(fact('RXM801'));
    diagnostics.report(fact('RXM802'));

    expect(diagnostics.records).toEqual([fact('RXM801'), fact('RXM802')]);
    expect(diagnostics.codes).toEqual(['RXM801', 'RXM802']);
  });

  it('gives out lists that do not change afterwards', () => {
    const diagnostics = new RecordingDiagnostics();
    const before = diagnostics.records;
    diagnostics.report(fact('RXM801'));

    expect(before).toEqual([]);
  });

  it('forgets when it is cleared', () => {
    const diagnostics = new RecordingDiagnostics();
    diagnostics.report(fact('RXM801'));
    diagnostics.clear();

    expect(diagnostics.records).toEqual([]);
    expect(diagnostics.codes).toEqual([]);
  });
});
