import { LabelRenderer } from './label-renderer';

const render = (tags: Record<string, string | number | boolean>, reserved?: string[]) =>
  new LabelRenderer(reserved).render(tags);

describe(LabelRenderer.name, () => {
  it('writes tags in the order of their labels', () => {
    expect(render({ b: '2', 'a.b': 1, a_a: true })).toBe('a_a="true",a_b="1",b="2"');
  });

  it('joins the values of tags that are one label, in the order of the tags', () => {
    expect(render({ a_b: 'z', 'a.b': 'x', 'a-b': 'y' })).toBe('a_b="y;x;z"');
    expect(render({ le: '1', exported_le: '2' })).toBe('exported_le="2;1"');
  });

  it('leaves out what is empty, for it is none to Prometheus', () => {
    expect([render({ a: '', b: '' }), render({ a: '', b: 'x' }), render({})]).toEqual([
      '',
      'b="x"',
      '',
    ]);
  });

  it('does not take a joined value for an empty one', () => {
    expect(render({ 'a.b': '', a_b: 'x' })).toBe('a_b=";x"');
  });

  it('keeps off reserved labels', () => {
    expect(render({ job: 'x', instance: 'y' }, ['job'])).toBe('exported_job="x",instance="y"');
  });

  it('takes the names as they are, though others look like them', () => {
    const labels = new LabelRenderer();

    expect(labels.render({ 'a\nb': 'x' })).toBe('a_b="x"');
    expect(labels.render({ a: 'x', b: 'y' })).toBe('a="x",b="y"');
    expect(labels.render({ 'a\nb': 'y' })).toBe('a_b="y"');
    expect(labels.render({ a: 'y' })).toBe('a="y"');
  });
});
