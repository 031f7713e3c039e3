import { EventTransferError } from '../event-sourcing-errors';

/** A text of events: whole, or in chunks that may be cut anywhere, such as `file.stream().pipeThrough(new TextDecoderStream())`. */
export type NdjsonSource =
  string | Iterable<string> | AsyncIterable<string> | ReadableStream<string>;

/**
 * The lines of a text, without the empty ones. Reads no chunk before it is wanted.
 *
 * @param left Lets go of a stream, also while a chunk is waited for that may never come.
 */
export async function* linesOf(
  source: NdjsonSource,
  longest: number,
  left: AbortSignal,
): AsyncGenerator<string> {
  let [rest, lines] = ['', 0];
  for await (const chunk of chunksOf(source, left)) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      lines++;
      if (part.trim() !== '') yield part;
    }
    if (rest.length > longest) {
      throw new EventTransferError(lines + 1, `it is longer than ${longest} characters`);
    }
  }
  if (rest.trim() !== '') yield rest;
}

async function* chunksOf(source: NdjsonSource, left: AbortSignal): AsyncGenerator<string> {
  if (typeof source === 'string') yield source;
  else if ('getReader' in source) yield* readOf(source, left);
  else yield* source;
}

// Safari cannot walk a ReadableStream.
async function* readOf(source: ReadableStream<string>, left: AbortSignal): AsyncGenerator<string> {
  const reader = source.getReader();
  left.addEventListener('abort', () => {
    reader.cancel().catch(() => undefined);
  });
  try {
    let result = await reader.read();
    while (!result.done) {
      yield result.value;
      result = await reader.read();
    }
  } finally {
    await reader.cancel();
  }
}
