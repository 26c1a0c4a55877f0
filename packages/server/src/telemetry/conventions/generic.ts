/** What hand-written spans say without any convention, and the oldest names of OpenTelemetry's. It ranks last. */
import type { Payload } from "@ratchet/protocol";
import { toMessages } from "../messages.ts";
import type { Attributes } from "../otlp.ts";
import type { Convention, SpanFacts } from "../span.ts";
import { defined, readContent, readText } from "./read-attributes.ts";

const inputKeys = ["gen_ai.prompt", "input", "prompt"];
const outputKeys = ["gen_ai.completion", "output", "completion"];
const contentKeys = new Set([...inputKeys, ...outputKeys]);
const families = [...contentKeys, "model", "user_id", "session_id", "thread_id"].filter((key) => !key.includes("."));

export const generic: Convention = {
  name: "generic",
  recognises: (span) =>
    families.some((family) => span.families.has(family)) ||
    span.attributes.has("gen_ai.prompt") ||
    span.attributes.has("gen_ai.completion"),
  read: ({ attributes }) =>
    defined<SpanFacts>({
      model: readText(attributes, "model"),
      sessionId: readText(attributes, "session_id", "thread_id"),
      userId: readText(attributes, "user_id"),
      input: read("input", attributes, inputKeys),
      output: read("output", attributes, outputKeys),
    }),
  isContent: (key) => contentKeys.has(key),
};

function read(role: string, attributes: Attributes, keys: readonly string[]): Payload[] | undefined {
  const value = readContent(attributes, ...keys);
  return value === undefined ? undefined : toMessages(role, value);
}
