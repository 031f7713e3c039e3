import { TraceStateText } from './trace-state-text';

describe(TraceStateText.name, () => {
  const state = new TraceStateText('acme=1, other=2');

  it('gives the value of a member, and none of what is no member', () => {
    expect(['acme', 'other', 'ac', ''].map((key) => state.get(key))).toEqual([
      '1',
      '2',
      undefined,
      undefined,
    ]);
  });

  it('puts a member to the left, and never changes itself', () => {
    expect(state.set('other', '3').serialize()).toBe('other=3,acme=1');
    expect(state.serialize()).toBe('acme=1, other=2');
  });

  it('stays as it is where a member cannot be', () => {
    expect(state.set('Bad Key', 'x').serialize()).toBe('acme=1, other=2');
  });

  it('takes a member away', () => {
    expect(state.unset('acme').serialize()).toBe('other=2');
    expect(new TraceStateText('a=1').unset('a').serialize()).toBe('');
  });
});
