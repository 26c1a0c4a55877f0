/** What the messages of every OTLP signal are made of: attributes, resources, scopes (`common.proto`, `resource.proto`). */

import { type Attributes, type AttributeValue, DecodeBudget, DecodeError, maxDepth } from "./otlp.ts";
import { ProtobufReader } from "./protobuf-reader.ts";

/** Tags: `field << 3 | wireType`. */
const resource = { attribute: 0x0a };
const scope = { name: 0x0a, version: 0x12 };
const keyValue = { key: 0x0a, value: 0x12 };
const anyValue = { string: 0x0a, boolean: 0x10, int: 0x18, double: 0x21, array: 0x2a, list: 0x32, bytes: 0x3a };
const values = { value: 0x0a };

export interface Scope {
  name: string;
  version: string;
}

export class ProtobufValues {
  readonly reader: ProtobufReader;
  readonly budget = new DecodeBudget();

  constructor(body: Buffer) {
    this.reader = new ProtobufReader(body);
  }

  readResource(into: Attributes): void {
    const { reader } = this;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === resource.attribute) this.readKeyValue(into, 0);
      else reader.skip();
    }
    reader.leave(outer);
  }

  readScope(): Scope {
    const { reader } = this;
    const read = { name: "", version: "" };
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === scope.name) read.name = reader.readString();
      else if (reader.tag === scope.version) read.version = reader.readString();
      else reader.skip();
    }
    reader.leave(outer);
    return read;
  }

  readKeyValue(into: Attributes, depth: number): void {
    const { reader } = this;
    let key = "";
    let value: AttributeValue = null;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === keyValue.key) key = reader.readString();
      else if (reader.tag === keyValue.value) value = this.readValue(depth);
      else reader.skip();
    }
    reader.leave(outer);
    into.set(key, value);
  }

  /** @throws DecodeError beyond 32 levels */
  readValue(depth: number): AttributeValue {
    const { reader } = this;
    this.budget.spend();
    if (depth > maxDepth) throw new DecodeError(`An attribute value nests deeper than ${maxDepth} levels.`);
    let value: AttributeValue = null;
    const outer = reader.enter();
    while (reader.next()) {
      switch (reader.tag) {
        case anyValue.string:
          value = reader.readString();
          break;
        case anyValue.boolean:
          value = reader.readBoolean();
          break;
        case anyValue.int:
          value = reader.readInt64();
          break;
        case anyValue.double:
          value = toFinite(reader.readDouble());
          break;
        case anyValue.array:
          value = this.#readArray(depth + 1);
          break;
        case anyValue.list:
          value = this.#readList(depth + 1);
          break;
        case anyValue.bytes:
          value = reader.readBytes("base64");
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    return value;
  }

  #readArray(depth: number): AttributeValue[] {
    const { reader } = this;
    const items: AttributeValue[] = [];
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === values.value) items.push(this.readValue(depth));
      else reader.skip();
    }
    reader.leave(outer);
    return items;
  }

  #readList(depth: number): AttributeValue {
    const { reader } = this;
    const entries: Attributes = new Map();
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === values.value) this.readKeyValue(entries, depth);
      else reader.skip();
    }
    reader.leave(outer);
    return Object.fromEntries(entries);
  }
}

/** JSON has no word for these: as text they are kept and found. */
function toFinite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
