import { b3Propagator } from './b3-propagator';
import { contextOfDocument } from './meta-context';

const TRACE = 'a'.repeat(32);
const SPAN = '1'.repeat(16);
const SOUND = `00-${TRACE}-${SPAN}-01`;
const PARENT = `<meta name="traceparent" content="${SOUND}">`;

function page(head: string, body = ''): Document {
  const html = `<!doctype html><html><head>${head}</head><body>${body}</body></html>`;
  return new DOMParser().parseFromString(html, 'text/html');
}

describe('contextOfDocument', () => {
  it('reads what the server rendered', () => {
    const state = '<meta name="tracestate" content="foo=1"><meta name="baggage" content="user=42">';

    expect(contextOfDocument(page(`<meta charset="utf-8">${PARENT}${state}`))).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      sampled: true,
      random: false,
      traceState: 'foo=1',
      baggage: { user: '42' },
      remote: true,
    });
  });

  it('reads names in any case, and the first of several', () => {
    const shouted = PARENT.replace('traceparent', 'TraceParent');
    const other = PARENT.replace(TRACE, 'b'.repeat(32));

    expect(contextOfDocument(page(shouted))?.traceId).toBe(TRACE);
    expect(contextOfDocument(page(PARENT + other))?.traceId).toBe(TRACE);
  });

  it.each([
    ['', ''],
    ['<meta name="traceparent">', ''],
    ['<meta name="traceparent" content="">', ''],
    ['<meta name="traceparent" content="malformed">', ''],
    [`<meta property="traceparent" content="${SOUND}">`, ''],
    ['<meta name="tracestate" content="foo=1"><meta name="baggage" content="user=42">', ''],
    ['', PARENT],
  ])('finds no context in the head %p and the body %p', (head, body) => {
    expect(contextOfDocument(page(head, body))).toBeUndefined();
  });

  it('keeps the trace when what is beside it is malformed', () => {
    const odd = '<meta name="tracestate" content="FOO=1"><meta name="baggage" content="?">';
    const context = contextOfDocument(page(PARENT + odd));

    expect(context).toMatchObject({ traceId: TRACE, traceState: undefined });
    expect(context).not.toHaveProperty('baggage');
  });

  it('reads another form, if told to', () => {
    const b3 = page(`<meta name="b3" content="${TRACE}-${SPAN}-0">`);

    expect(contextOfDocument(b3, b3Propagator())).toMatchObject({ spanId: SPAN, sampled: false });
    expect(contextOfDocument(b3)).toBeUndefined();
  });
});
