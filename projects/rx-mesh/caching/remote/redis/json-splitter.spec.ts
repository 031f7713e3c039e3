import fc from 'fast-check';
import { jsonSplitter } from './json-splitter';

const DOCUMENTS = [
  '{"PSUBSCRIBE":["psubscribe","rx:*",1]}',
  '{"PSUBSCRIBE":["pmessage","rx:*","rx:c","}{][\\"\\\\"]}',
  '{"a":{"b":[{"c":"ä😀"},[]]}}',
  '[]',
];

describe(jsonSplitter.name, () => {
  it('cuts documents apart that are glued together', () => {
    expect(jsonSplitter()(DOCUMENTS.join(''))).toEqual(DOCUMENTS);
  });

  it('passes over space between them', () => {
    expect(jsonSplitter()(` \n${DOCUMENTS.join('\r\n\t')}\n`)).toEqual(DOCUMENTS);
  });

  it('puts a document together that comes in parts', () => {
    const split = jsonSplitter();
    const found = Array.from(DOCUMENTS.join('')).map((char) => split(char));

    expect(found.flat()).toEqual(DOCUMENTS);
    expect(found[0]).toEqual([]);
  });

  it('gives back whatever JSON was written, however it is cut', () => {
    const documents = fc.array(fc.oneof(fc.object(), fc.array(fc.jsonValue())), { maxLength: 8 });
    fc.assert(
      fc.property(documents, fc.array(fc.nat(40)), (values, cuts) => {
        const split = jsonSplitter();
        const written = values.map((value) => JSON.stringify(value));
        let rest = written.join('');
        const found: string[] = [];
        for (const cut of cuts) {
          found.push(...split(rest.slice(0, cut)));
          rest = rest.slice(cut);
        }
        found.push(...split(rest));

        expect(found).toEqual(written);
      }),
    );
  });

  it.each([['OK'], ['{}x'], ['"text"'], ['<html>'], ['}'], ['{}]'], ['1']])(
    'refuses %s',
    (text) => {
      expect(() => jsonSplitter()(text)).toThrow('malformed');
    },
  );

  it('refuses a document without end', () => {
    const split = jsonSplitter();
    const part = `["${'x'.repeat(600_000)}`;

    expect(split(part)).toEqual([]);
    expect(() => split('x'.repeat(600_000))).toThrow('malformed');
  });
});
