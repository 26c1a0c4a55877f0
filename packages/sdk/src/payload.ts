/** Any value as bounded JSON text: whatever an application passes around, recording it is cheap and never throws. */

export interface Payload {
  /** Valid JSON, also when something was left out. */
  text: string;
  /** UTF-8 bytes that did not fit; of huge values an estimate, and at least so many. */
  truncatedBytes: number;
}

const maxDepth = 64;
/** Values looked at, at most: bounds the time for huge structures as the byte limit bounds their size. */
const maxNodes = 200_000;
/** Of these, values of which only the size counts: 300,000 numbers of embeddings would block for 100 ms to be left out. */
const maxCountedNodes = 5000;
/** Longer strings are not worth counting their bytes: their length is near enough. */
const maxMeasuredLength = 1024 * 1024;

/**
 * The value as JSON of about `limitBytes` at most. Long strings are cut at the limit, further members left out.
 * Circular references, BigInt, Map, Set, Error, typed arrays, functions and throwing getters become something readable.
 *
 * @example toPayload({ question: "why?" }, 256_000).text // {"question":"why?"}
 */
export function toPayload(value: unknown, limitBytes: number): Payload {
  const writer = new PayloadWriter(limitBytes);
  try {
    writer.write(value);
  } catch (error) {
    // What throws while it is walked (a revoked proxy, a getter of an error) leaves half a text behind.
    return { text: JSON.stringify(unreadable(error)), truncatedBytes: 0 };
  }
  return { text: writer.text, truncatedBytes: writer.truncatedBytes };
}

class PayloadWriter {
  text = "";
  truncatedBytes = 0;
  #leftBytes: number;
  #leftNodes = maxNodes;
  /** Set inside a member that is left out: it is walked for its size only. */
  #counting = false;
  readonly #ancestors: object[] = [];

  constructor(limitBytes: number) {
    this.#leftBytes = limitBytes;
  }

  write(value: unknown): void {
    this.#leftNodes--;
    if (typeof value === "object" && value !== null) {
      this.#writeObject(value);
      return;
    }
    const token = tokenOf(value);
    if (token === undefined) this.#writeString(textOf(value));
    else this.#emit(token);
  }

  #writeObject(value: object): void {
    const content = this.#readContent(value);
    this.#ancestors.push(value);
    if ("scalar" in content) this.write(content.scalar);
    else if ("items" in content) this.#writeItems(content.items);
    else this.#writeEntries(content.entries);
    this.#ancestors.pop();
  }

  #readContent(value: object): Content {
    if (this.#ancestors.includes(value)) return { scalar: "<circular>" };
    if (this.#ancestors.length >= maxDepth) return { scalar: "<too deep>" };
    try {
      return contentOf(value);
    } catch (error) {
      return { scalar: unreadable(error) };
    }
  }

  #writeItems(items: Iterable<unknown>): void {
    this.#emit("[");
    let isFirst = true;
    for (const item of items) {
      if (this.#leftNodes <= 0) break;
      this.#writeMember(isFirst, undefined, item);
      isFirst = false;
    }
    this.#emit("]");
  }

  #writeEntries(entries: Iterable<[string, unknown]>): void {
    this.#emit("{");
    let isFirst = true;
    for (const [key, value] of entries) {
      if (this.#leftNodes <= 0) break;
      if (value === undefined) continue;
      this.#writeMember(isFirst, key, value);
      isFirst = false;
    }
    this.#emit("}");
  }

  #writeMember(isFirst: boolean, key: string | undefined, value: unknown): void {
    const wasCounting = this.#counting;
    if (!wasCounting && this.#leftBytes <= 0) {
      this.#counting = true;
      this.#leftNodes = Math.min(this.#leftNodes, maxCountedNodes);
    }
    if (!isFirst) this.#emit(",");
    if (key !== undefined) {
      this.#writeString(key);
      this.#emit(":");
    }
    this.write(value);
    this.#counting = wasCounting;
  }

  /** ASCII tokens only. */
  #emit(token: string): void {
    if (this.#counting) {
      this.truncatedBytes += token.length;
      return;
    }
    this.text += token;
    this.#leftBytes -= token.length;
  }

  #writeString(value: string): void {
    if (this.#counting) {
      this.truncatedBytes += measure(value) + 2;
      return;
    }
    const kept = fitBytes(value, Math.max(0, this.#leftBytes));
    const quoted = JSON.stringify(kept.length < value.length ? `${kept}…` : kept);
    this.text += quoted;
    this.#leftBytes -= Buffer.byteLength(quoted);
    if (kept.length < value.length) this.truncatedBytes += measure(value) - Buffer.byteLength(kept);
  }
}

/** JSON's own word for it, if there is one. */
function tokenOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  return undefined;
}

function textOf(value: unknown): string {
  return typeof value === "function" ? `<function ${value.name || "anonymous"}>` : String(value);
}

function unreadable(error: unknown): string {
  return `<unreadable: ${error instanceof Error ? error.message : String(error)}>`;
}

type Content = { scalar: unknown } | { items: Iterable<unknown> } | { entries: Iterable<[string, unknown]> };

function contentOf(value: object): Content {
  if (Array.isArray(value) || value instanceof Set) return { items: value };
  if (value instanceof Map) return { entries: mapEntries(value) };
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return { scalar: `<${value.constructor.name} of ${value.byteLength} bytes>` };
  }
  if (value instanceof Error) return { entries: errorEntries(value) };
  if (value instanceof RegExp) return { scalar: String(value) };
  if ("toJSON" in value && typeof value.toJSON === "function") return { scalar: value.toJSON() };
  const keys = Object.keys(value);
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  // A class instance without fields (a stream, a promise, a client) says at least what it is.
  if (keys.length === 0 && typeof name === "string" && name !== "Object") return { scalar: `<${name}>` };
  return { entries: ownEntries(value, keys) };
}

function* mapEntries(map: Map<unknown, unknown>): Iterable<[string, unknown]> {
  for (const [key, value] of map) yield [typeof key === "string" ? key : toPayload(key, 200).text, value];
}

function* errorEntries(error: Error): Iterable<[string, unknown]> {
  yield ["name", error.name];
  yield ["message", error.message];
  if (error.cause !== undefined) yield ["cause", error.cause];
  yield* ownEntries(error, Object.keys(error));
}

function* ownEntries(object: object, keys: string[]): Iterable<[string, unknown]> {
  for (const key of keys) yield [key, readSafely(object, key)];
}

function readSafely(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch (error) {
    return unreadable(error);
  }
}

/** Bytes of UTF-8. */
function measure(text: string): number {
  return text.length > maxMeasuredLength ? text.length : Buffer.byteLength(text);
}

/** The longest beginning of at most `limitBytes` of UTF-8 that splits no character. */
function fitBytes(text: string, limitBytes: number): string {
  // At most 3 bytes a UTF-16 unit, so that most strings need no counting; and a 100 MB string costs only what is kept of it.
  if (text.length * 3 <= limitBytes || (text.length <= limitBytes && Buffer.byteLength(text) <= limitBytes))
    return text;
  const candidate = Buffer.from(text.slice(0, limitBytes));
  let end = Math.min(limitBytes, candidate.length);
  while (end > 0 && ((candidate[end] ?? 0) & 0xc0) === 0x80) end--;
  return candidate.toString("utf8", 0, end).replace(/�$/, "");
}
