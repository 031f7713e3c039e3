/** An answer has more bytes than may be read. */
class TooLargeError extends Error {
  readonly isTooLarge = true;
}

/** Whether an error says that an answer had too many bytes. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof TooLargeError;
}

/** The body of an answer as text, as long as it is not larger than this. */
export async function bodyOf({ body }: Response, mostBytes: number): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength;
    if (size > mostBytes) {
      await reader.cancel();
      throw new TooLargeError(`The answer has more than ${mostBytes} bytes.`);
    }
    parts.push(decoder.decode(chunk.value, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}
