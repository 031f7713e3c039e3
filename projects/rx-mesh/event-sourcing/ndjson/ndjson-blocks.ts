import { EventTransferError } from '../event-sourcing-errors';

/** The first line of an export. */
export const FORMAT = { format: 'rx-mesh-events', version: 1 } as const;

/** The most events before a line of their checksum. */
export const BLOCK = 500;

/**
 * The checksum of a block: SHA-256 of the checksum before and its lines, so a block that is missing or out of order is
 * found as well as one that was changed.
 *
 * @throws EventTransferError where the page has no cryptography.
 */
export async function checksumOf(before: string, text: string): Promise<string> {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (!subtle) throw new EventTransferError(0, 'a page without HTTPS has no SHA-256');
  const digest = await subtle.digest('SHA-256', new TextEncoder().encode(before + text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
