/**
 * Whether this code renders a page on the server. The Angular build replaces `ngServerMode` by a literal, so in a
 * browser bundle the guarded code is gone.
 *
 * @usageNotes
 * ```ts
 * if (isServer()) return EMPTY;
 * ```
 */
export function isServer(): boolean {
  return typeof ngServerMode !== 'undefined' && ngServerMode;
}
