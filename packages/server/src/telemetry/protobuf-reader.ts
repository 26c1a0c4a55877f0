/** Reads protobuf's wire format: no schema, no copy, never beyond the buffer. */
import { DecodeError } from "./otlp.ts";

const twoTo32 = 2 ** 32;

/** Wire types, the low three bits of a tag. */
const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;

/**
 * Walks the fields of a message: `while (reader.next()) switch (reader.tag) { … default: reader.skip(); }`.
 * A tag is `field << 3 | wireType`, so a known field with an unexpected wire type is skipped like an unknown one.
 */
export class ProtobufReader {
  readonly #buffer: Buffer;
  #position = 0;
  #limit: number;
  tag = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
    this.#limit = buffer.length;
  }

  /** Reads the next field's tag; false at the end of the message. */
  next(): boolean {
    if (this.#position >= this.#limit) return false;
    this.tag = this.#readVarint();
    if (this.tag < 8) throw this.#error("a field has the number 0");
    return true;
  }

  /** Goes into the message that is the current field; returns what {@link leave} takes. */
  enter(): number {
    const outerLimit = this.#limit;
    this.#limit = this.#readLength();
    return outerLimit;
  }

  leave(outerLimit: number): void {
    this.#position = this.#limit;
    this.#limit = outerLimit;
  }

  /** Bytes that are no UTF-8 become U+FFFD. */
  readString(): string {
    const end = this.#readLength();
    const text = this.#buffer.toString("utf8", this.#position, end);
    this.#position = end;
    return text;
  }

  readBytes(encoding: "hex" | "base64"): string {
    const end = this.#readLength();
    const text = this.#buffer.toString(encoding, this.#position, end);
    this.#position = end;
    return text;
  }

  readBoolean(): boolean {
    return this.#readVarint() !== 0;
  }

  /** An enum or an unsigned number of at most 32 bits. */
  readEnum(): number {
    return this.#readVarint() >>> 0;
  }

  /** Two's complement; as digits when a double cannot hold it. */
  readInt64(): number | string {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#readByte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const signed = BigInt.asIntN(64, value);
        return Number.isSafeInteger(Number(signed)) ? Number(signed) : String(signed);
      }
    }
    throw this.#error("a number has more than 10 bytes");
  }

  /** Two's complement in 8 bytes; as {@link readInt64}. */
  readFixedInt64(): number | string {
    const signed = this.#buffer.readBigInt64LE(this.#takeFixed(8));
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : String(signed);
  }

  /** Unsigned, in 8 bytes; inexact beyond 2^53, which no count is. */
  readFixedCount(): number {
    return Number(this.#buffer.readBigUInt64LE(this.#takeFixed(8)));
  }

  readDouble(): number {
    return this.#buffer.readDoubleLE(this.#takeFixed(8));
  }

  /** An unsigned number of nanoseconds, as whole microseconds. */
  readNanosAsMicros(): number {
    const at = this.#takeFixed(8);
    const high = this.#buffer.readUInt32LE(at + 4);
    const low = this.#buffer.readUInt32LE(at);
    // Exact without BigInt: each division leaves a remainder small enough for a double.
    const highRemainder = high % 1000;
    return Math.floor(high / 1000) * twoTo32 + Math.floor((highRemainder * twoTo32 + low) / 1000);
  }

  /** A list of 8-byte values, as protobuf packs them into one field. */
  readPacked(kind: "double" | "count"): number[] {
    const end = this.#readLength();
    const values: number[] = [];
    while (this.#position < end) values.push(kind === "double" ? this.readDouble() : this.readFixedCount());
    return values;
  }

  skip(): void {
    switch (this.tag & 7) {
      case varint:
        this.#readVarint();
        return;
      case fixed64:
        this.#takeFixed(8);
        return;
      case lengthDelimited:
        this.#position = this.#readLength();
        return;
      case fixed32:
        this.#takeFixed(4);
        return;
      default:
        throw this.#error(`wire type ${this.tag & 7} does not occur in OTLP`);
    }
  }

  /** Reads a length; returns where what it measures ends. */
  #readLength(): number {
    const length = this.#readVarint();
    const end = this.#position + length;
    if (end > this.#limit) throw this.#error(`a field of ${length} bytes goes beyond its message`);
    return end;
  }

  #takeFixed(size: number): number {
    const at = this.#position;
    if (at + size > this.#limit) throw this.#error("a number goes beyond its message");
    this.#position = at + size;
    return at;
  }

  #readByte(): number {
    if (this.#position >= this.#limit) throw this.#error("a number goes beyond its message");
    return this.#buffer[this.#position++] as number;
  }

  /** Up to 10 bytes; beyond 2^53 inexact, which no length, tag or enum is. */
  #readVarint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.#readByte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw this.#error("a number has more than 10 bytes");
  }

  #error(what: string): DecodeError {
    return new DecodeError(`The body is no OTLP in protobuf: at byte ${this.#position}, ${what}.`);
  }
}
