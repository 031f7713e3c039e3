/** One line of a stream. */
export interface TextLine {
  readonly text: string;
  /** Whether the line had its end. The last one of a stream may be cut off. */
  readonly whole: boolean;
}

/** The longest line that is read, in characters: an EndpointSlice of 1000 endpoints takes about half a megabyte. */
export const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Cuts bytes into lines. Chunks of a network are no lines, and a character may stand in two of them. Lines of nothing but
 * white space are left out.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  readonly #longest: number;
  // Joined only once the line is whole: to join at each chunk would cost the square of its length.
  #parts: string[] = [];
  #length = 0;

  /** @param longest The longest line, in characters. */
  constructor(longest = LONGEST_LINE) {
    this.#longest = longest;
  }

  /**
   * The lines that are whole by now.
   *
   * @throws RangeError when a line is longer than the longest.
   */
  push(chunk: Uint8Array): readonly TextLine[] {
    return this.#cut(this.#decoder.decode(chunk, { stream: true }));
  }

  /** The stream has ended: the line that it left open, if any. */
  end(): readonly TextLine[] {
    const lines = this.#cut(this.#decoder.decode());
    const rest = this.#join();
    return rest.trim() === '' ? lines : [...lines, { text: rest, whole: false }];
  }

  #cut(text: string): TextLine[] {
    const lines: TextLine[] = [];
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.#keep(text.slice(from, at));
      const line = this.#join();
      if (line.trim() !== '') lines.push({ text: line, whole: true });
      from = at + 1;
    }
    this.#keep(text.slice(from));
    return lines;
  }

  #keep(part: string): void {
    if (part === '') return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length > this.#longest) {
      throw new RangeError(`A line has more than ${this.#longest} characters.`);
    }
  }

  #join(): string {
    const line = this.#parts.join('');
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}

/**
 * Reads a stream line by line, all lines of a chunk at once; ends when the stream does. Fails as the stream does, and with
 * a `RangeError` when a line is too long; the stream is cancelled then.
 *
 * @param onLines Told of each chunk, also of one that ends no line.
 */
export async function readLines(
  body: ReadableStream<Uint8Array>,
  onLines: (lines: readonly TextLine[]) => void,
  longest = LONGEST_LINE,
): Promise<void> {
  const reader = body.getReader();
  const splitter = new LineSplitter(longest);
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      onLines(splitter.push(chunk.value));
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
  const rest = splitter.end();
  if (rest.length > 0) onLines(rest);
}
