/** Ratchet's own attributes (`@ratchet/protocol/attributes`): what they say wins over every other convention. */
import {
  Arm,
  attribute,
  type Exposure,
  type Payload,
  type PromptRef,
  RolloutId,
  type SpanKind,
  spanKinds,
} from "@ratchet/protocol";
import { toMessages } from "../messages.ts";
import type { Attributes } from "../otlp.ts";
import type { Convention, SpanFacts } from "../span.ts";
import { defined, readNumber, readText, readTexts } from "./read-attributes.ts";

export const ratchet: Convention = {
  name: "ratchet",
  recognises: ({ families }) =>
    families.has("ratchet") || families.has("session") || families.has("user") || families.has("gen_ai"),
  read: ({ attributes }) =>
    defined<SpanFacts>({
      kind: spanKinds.find((kind: SpanKind) => kind === attributes.get(attribute.kind)),
      sessionId: readText(attributes, attribute.session),
      userId: readText(attributes, attribute.user),
      tags: readTexts(attributes, attribute.tags),
      release: readText(attributes, attribute.release),
      prompt: readPrompt(attributes),
      exposure: readExposure(attributes),
      input: readPayloads("input", attributes, attribute.input),
      output: readPayloads("output", attributes, attribute.output),
      inputTruncatedBytes: readNumber(attributes, attribute.inputTruncatedBytes),
      outputTruncatedBytes: readNumber(attributes, attribute.outputTruncatedBytes),
    }),
  isContent: (key) => key === attribute.input || key === attribute.output,
};

function readPayloads(role: string, attributes: Attributes, key: string): Payload[] | undefined {
  const value = attributes.get(key);
  return value === undefined || value === "" ? undefined : toMessages(role, value);
}

function readPrompt(attributes: Attributes): PromptRef | undefined {
  const name = readText(attributes, attribute.promptName);
  return name === undefined ? undefined : { name, version: readText(attributes, attribute.promptVersion) ?? "" };
}

/** All four or none: an exposure without its planned share cannot count in the rollout's evidence. */
function readExposure(attributes: Attributes): Exposure | undefined {
  if (!attributes.has(attribute.rollout)) return undefined;
  const rollout = RolloutId.safeParse(attributes.get(attribute.rollout)).data;
  const arm = Arm.safeParse(attributes.get(attribute.arm)).data;
  const unit = readText(attributes, attribute.unit);
  const plannedShare = readNumber(attributes, attribute.plannedShare);
  if (rollout === undefined || arm === undefined || unit === undefined) return undefined;
  if (plannedShare === undefined || plannedShare > 1) return undefined;
  return { rollout, arm, unit, plannedShare };
}
