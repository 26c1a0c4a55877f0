/** Which arm of a rollout a unit belongs to: sticky, stateless, and the same in every process. */

/** How finely a rollout's share can be set: a weight is a count of these buckets. */
export const bucketCount = 100_000;

/**
 * MurmurHash3 x86 32-bit of the text's UTF-8 bytes, as an unsigned number.
 * Source: Austin Appleby's public-domain MurmurHash3.
 */
export function murmur3(text: string, seed = 0): number {
  const bytes = new TextEncoder().encode(text);
  const blockEnd = bytes.length & ~3;
  let hash = seed | 0;
  for (let i = 0; i < blockEnd; i += 4) {
    const block = byte(bytes, i) | (byte(bytes, i + 1) << 8) | (byte(bytes, i + 2) << 16) | (byte(bytes, i + 3) << 24);
    hash = Math.imul(rotateLeft(hash ^ mixBlock(block), 13), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= blockEnd; i--) tail = (tail << 8) | byte(bytes, i);
  if (blockEnd < bytes.length) hash ^= mixBlock(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The unit's bucket in [0, 100,000): exact in doubles, since the product stays below 2^49. */
export function bucketOf(salt: string, unit: string): number {
  return Math.floor((murmur3(`${salt}:${unit}`) * bucketCount) / 2 ** 32);
}

/**
 * Whether the unit sees the candidate. Growing `weight` only ever moves units from control to candidate.
 *
 * @param weight Buckets of 100,000 that the candidate has: 10 % is 10,000.
 * @example isCandidate("RO-2", "acme/app#7", 10_000)
 */
export function isCandidate(salt: string, unit: string, weight: number): boolean {
  return bucketOf(salt, unit) < weight;
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}

function mixBlock(block: number): number {
  return Math.imul(rotateLeft(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
