// An answer is a few words. What is beyond that is a page of somebody else.
const MOST_ANSWER = 65_536; // bytes

/**
 * Reads an answer to its end, for a browser counts the body until then, and returns its beginning. The status has said
 * already what became of the request: an answer that breaks off is an empty one.
 */
export async function shortAnswer({ body }: Response): Promise<string> {
  let text = '';
  try {
    const reader = body?.getReader();
    const decoder = new TextDecoder();
    let size = 0;
    for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read()) {
      size += chunk.value.byteLength;
      if (size <= MOST_ANSWER) text += decoder.decode(chunk.value, { stream: true });
    }
  } catch {
    return '';
  }
  return text;
}
