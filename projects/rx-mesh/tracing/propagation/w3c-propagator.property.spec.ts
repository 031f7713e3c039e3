import fc from 'fast-check';
import { w3cPropagator } from './w3c-propagator';

const hex = (digits: number) =>
  fc.stringMatching(new RegExp(`^[\\da-f]{${digits}}$`)).filter((id) => /[^0]/.test(id));
const aMember = fc.stringMatching(/^[a-z\d][a-z\d_\-*/@]{0,6}=[ -+\--<>-~]{0,6}[!-+\--<>-~]$/);
const aState = fc
  .uniqueArray(aMember, { maxLength: 32, selector: (member) => member.split('=')[0] })
  .map((members) => (members.length > 0 ? members.join(',') : undefined));
const aContext = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  sampled: fc.boolean(),
  random: fc.boolean(),
  traceState: aState,
});

// Close to what is sound, so that the interesting half is reached.
const nearly = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(text, fc.nat(80), fc.string({ maxLength: 2 }))
    .map(([sound, at, odd]) => [sound.slice(0, at), odd, sound.slice(at + odd.length)].join(''));
const aHeader = fc.oneof(
  fc.string({ unit: 'binary' }),
  nearly(fc.constant(`00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`)),
  nearly(aState.map((state) => state ?? 'a=1')),
);

const SENT = {
  traceparent: /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-0[0-3]$/,
  tracestate: /^[ -~]{1,512}$/,
};

function write(context: Parameters<typeof w3cPropagator.inject>[0]): Map<string, string> {
  const headers = new Map<string, string>();
  w3cPropagator.inject(context, (name, value) => headers.set(name, value));
  return headers;
}

describe('w3cPropagator', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(aContext, (context) => {
        const headers = write(context);

        expect(w3cPropagator.extract((name) => headers.get(name))).toEqual({
          ...context,
          remote: true,
        });
      }),
    );
  });

  it('never throws, and what it sends on is sound', () => {
    fc.assert(
      fc.property(aHeader, aHeader, (traceparent, tracestate) => {
        const given = new Map(Object.entries({ traceparent, tracestate }));
        const context = w3cPropagator.extract((name) => given.get(name));
        if (!context) return;
        const headers = write(context);
        const again = w3cPropagator.extract((name) => headers.get(name));

        expect(headers.get('traceparent')).toMatch(SENT.traceparent);
        expect(headers.get('tracestate') ?? 'none').toMatch(SENT.tracestate);
        expect(again).toMatchObject({ traceId: context.traceId, sampled: context.sampled });
      }),
      { numRuns: 1000 },
    );
  });

  it('sends nothing malformed, whatever context it is given', () => {
    fc.assert(
      fc.property(aHeader, aHeader, aHeader, fc.anything(), (traceId, spanId, traceState, odd) => {
        const sampled = odd as boolean;
        for (const context of [
          { traceId, spanId, traceState },
          { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceState, sampled, random: sampled },
        ]) {
          for (const [name, value] of write(context)) {
            expect(value).toMatch(SENT[name as keyof typeof SENT]);
          }
        }
      }),
    );
  });
});
