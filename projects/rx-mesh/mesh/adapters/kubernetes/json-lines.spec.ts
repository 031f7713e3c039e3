import fc from 'fast-check';
import { LineSplitter, type TextLine, readLines } from './json-lines';

const encoder = new TextEncoder();

const streamOf = (...chunks: readonly Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

const linesOf = async (stream: ReadableStream<Uint8Array>, longest?: number) => {
  const lines: TextLine[] = [];
  await readLines(stream, (some) => lines.push(...some), longest);
  return lines;
};

const chop = (bytes: Uint8Array, cuts: readonly number[]) => {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.slice(from, places[at] ?? bytes.length));
};

describe(readLines.name, () => {
  it('gives the lines of a chunk at once, and each chunk', async () => {
    const heard: (readonly string[])[] = [];
    const stream = streamOf(...['a\nb\nc', '', 'd\n', '\n \r\n'].map((x) => encoder.encode(x)));
    await readLines(stream, (lines) => heard.push(lines.map(({ text }) => text)));

    expect(heard).toEqual([['a', 'b'], [], ['cd'], []]);
  });

  it('gives the last line too, and says that it has no end', async () => {
    expect(await linesOf(streamOf(encoder.encode('a\n"ü"')))).toEqual([
      { text: 'a', whole: true },
      { text: '"ü"', whole: false },
    ]);
    expect(await linesOf(streamOf(encoder.encode('a\n ')))).toEqual([{ text: 'a', whole: true }]);
    expect(await linesOf(streamOf())).toEqual([]);
  });

  it('refuses a line that is too long, and cancels the stream', async () => {
    const cancel = jest.fn();
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(encoder.encode('aaaa')),
      cancel,
    });

    await expect(linesOf(endless, 10)).rejects.toThrow(
      new RangeError('A line has more than 10 characters.'),
    );
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it('takes many lines that are as long as they may be', async () => {
    const line = 'a'.repeat(10);
    const stream = streamOf(encoder.encode(`${line}\n${line}\n`));

    expect(await linesOf(stream, 10)).toHaveLength(2);
  });

  it('fails as the stream does, and as whoever hears the lines', async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new TypeError('network error')),
    });

    await expect(linesOf(broken)).rejects.toThrow(new TypeError('network error'));

    const stream = streamOf(encoder.encode('a\n'));
    const hear = () => {
      throw new Error('enough');
    };

    await expect(readLines(stream, hear)).rejects.toThrow(new Error('enough'));
  });

  it('gives the same lines however the bytes are cut', async () => {
    const text = fc.string({ unit: 'binary' }).map((line) => line.replaceAll(/[\n\uFEFF]/g, ''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(text, fc.json())),
        fc.array(fc.nat()),
        async (lines, cuts) => {
          const bytes = encoder.encode(lines.map((line) => `${line}\n`).join(''));

          expect(await linesOf(streamOf(...chop(bytes, cuts)))).toEqual(
            lines
              .map((line) => new TextDecoder().decode(encoder.encode(line)))
              .filter((line) => line.trim() !== '')
              .map((line) => ({ text: line, whole: true })),
          );
        },
      ),
    );
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const splitter = new LineSplitter();
        const lines = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];

        expect(lines.every(({ text }) => !text.includes('\n'))).toBe(true);
      }),
    );
  });
});
