/**
 * Which convention's word counts, field by field: one span may carry several of them, and none is best at everything.
 */
import type { Payload } from "@ratchet/protocol";
import type { Convention, ConventionName, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { aiSdk } from "./ai-sdk.ts";
import { claudeCode } from "./claude-code.ts";
import { generic } from "./generic.ts";
import { googleAdk } from "./google-adk.ts";
import { langfuse } from "./langfuse.ts";
import { langsmith } from "./langsmith.ts";
import { livekit } from "./livekit.ts";
import { logfire } from "./logfire.ts";
import { mastra } from "./mastra.ts";
import { mlflow } from "./mlflow.ts";
import { openaiAgents } from "./openai-agents.ts";
import { openinference } from "./openinference.ts";
import { openllmetry } from "./openllmetry.ts";
import { otelGenai } from "./otel-genai.ts";
import { ratchet } from "./ratchet.ts";

/** Strongest first, for every field that {@link exceptions} does not name. */
const conventions: readonly Convention[] = [
  ratchet,
  langfuse,
  aiSdk,
  mastra,
  logfire,
  googleAdk,
  livekit,
  otelGenai,
  openinference,
  openllmetry,
  langsmith,
  mlflow,
  claudeCode,
  openaiAgents,
  generic,
];

/** A vendor's own contents are the most careful; of the others, lists of messages come before whatever holds them. */
const ofContents: readonly ConventionName[] = [
  "ratchet",
  "langfuse",
  "mastra",
  "logfire",
  "otel-genai",
  "openinference",
  "openllmetry",
];

/** For these fields, the named ones go before all others, in this order. */
const exceptions: Partial<Record<keyof SpanFacts, readonly ConventionName[]>> = {
  kind: [
    "ratchet",
    "langfuse",
    "openai-agents",
    "openinference",
    "langsmith",
    "mastra",
    "mlflow",
    "openllmetry",
    "logfire",
    "google-adk",
    "livekit",
    "otel-genai",
    "ai-sdk",
    "claude-code",
  ],
  // Who knows that a sender means something else by OpenTelemetry's counts goes before these.
  usage: [
    "langfuse",
    "ai-sdk",
    "openllmetry",
    "mastra",
    "google-adk",
    "livekit",
    "logfire",
    "otel-genai",
    "openinference",
    "langsmith",
    "mlflow",
    "claude-code",
  ],
  input: ofContents,
  output: ofContents,
  sessionId: [
    "langfuse",
    "ratchet",
    "otel-genai",
    "openllmetry",
    "langsmith",
    "mlflow",
    "ai-sdk",
    "mastra",
    "google-adk",
    "livekit",
  ],
  userId: ["langfuse", "ratchet", "otel-genai", "openllmetry", "langsmith", "mlflow", "ai-sdk", "mastra"],
  prompt: ["langfuse", "ratchet", "openllmetry", "mlflow", "openinference"],
};

export interface Reading {
  facts: SpanFacts;
  /** Those that found something, strongest first. */
  conventions: ConventionName[];
  isContent(key: string): boolean;
}

export function readFacts(span: SentSpan): Reading {
  const readings: ConventionReading[] = [];
  for (const convention of conventions) {
    if (!convention.recognises(span)) continue;
    const facts = read(convention, span);
    if (Object.keys(facts).length > 0) readings.push({ convention, facts });
  }
  const facts = readings.length > 1 ? merge(readings) : (readings[0]?.facts ?? {});
  const told = readings.filter((reading) => isTold(reading.facts, facts));
  return {
    facts,
    conventions: readings.map(({ convention }) => convention.name),
    isContent: (key) => told.some(({ convention }) => convention.isContent(key)),
  };
}

/** JSON text that nests some thousand levels deep can be parsed, but not walked: then its attributes stay as they are. */
function read(convention: Convention, span: SentSpan): SpanFacts {
  try {
    return convention.read(span);
  } catch (error) {
    if (error instanceof RangeError) return {};
    throw error;
  }
}

/** What a convention read is in the span as it is stored. What another one's word replaced stays an attribute. */
function isTold(facts: SpanFacts, stored: SpanFacts): boolean {
  return isWithin(facts.input, stored.input) && isWithin(facts.output, stored.output);
}

function isWithin(own: Payload[] | undefined, stored: Payload[] = []): boolean {
  if (own === undefined || own === stored) return true;
  const contents = new Set(stored.map(({ content }) => content));
  return own.every(({ content }) => contents.has(content));
}

interface ConventionReading {
  convention: Convention;
  facts: SpanFacts;
}

function merge(readings: readonly ConventionReading[]): SpanFacts {
  const merged: SpanFacts = {};
  for (const { facts } of readings.toReversed()) Object.assign(merged, facts);
  for (const field of Object.keys(exceptions) as (keyof SpanFacts)[]) {
    const [strongest] = rank(readings, field);
    if (strongest) Object.assign(merged, { [field]: strongest.facts[field] });
  }
  Object.assign(merged, mergeKind(readings), mergeLists(readings), mergeUsage(readings));
  return Object.assign(merged, mergeValues(readings, merged));
}

/** Those that say something about the field, strongest first. */
function rank(readings: readonly ConventionReading[], field: keyof SpanFacts): ConventionReading[] {
  const told = readings.filter(({ facts }) => facts[field] !== undefined);
  const order = exceptions[field];
  if (order === undefined || told.length < 2) return told;
  const place = ({ convention: { name } }: ConventionReading) =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return told.sort((a, b) => place(a) - place(b));
}

/** A kind that is only a convention's default gives way to any word of another, and the vaguest one to any guess. */
function mergeKind(readings: readonly ConventionReading[]): SpanFacts {
  const told = rank(readings, "kind");
  const best =
    told.find(({ facts }) => !facts.isKindWeak) ?? told.find(({ facts }) => facts.kind !== "chain") ?? told[0];
  return best?.facts.kind === undefined ? {} : { kind: best.facts.kind };
}

/** Of a tool or a step, the one value it took or gave goes before lists of messages, which are its surroundings'. */
function mergeValues(readings: readonly ConventionReading[], { kind }: SpanFacts): SpanFacts {
  const values: SpanFacts = {};
  if (kind !== "tool" && kind !== "chain") return values;
  for (const role of ["input", "output"] as const) {
    const isValue = (payloads: Payload[] | undefined) => payloads?.length === 1 && payloads[0]?.role === role;
    const payloads = rank(readings, role).find(({ facts }) => isValue(facts[role]))?.facts[role];
    if (payloads) values[role] = payloads;
  }
  return values;
}

function mergeLists(readings: readonly ConventionReading[]): SpanFacts {
  const tags = readings.flatMap(({ facts }) => facts.tags ?? []);
  const metadata = Object.assign({}, ...readings.toReversed().map(({ facts }) => facts.metadata));
  return {
    ...(tags.length > 0 && { tags }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** One family of counts, whole; another fills in only subsets that it lacks, and only when their totals agree. */
function mergeUsage(readings: readonly ConventionReading[]): SpanFacts {
  const [first, ...others] = rank(readings, "usage").flatMap(({ facts }) =>
    hasTotals(facts.usage) ? facts.usage : [],
  );
  if (!first) return {};
  const usage = { ...first };
  for (const other of others) {
    if (other.input !== usage.input || other.output !== usage.output) continue;
    usage.cacheRead ??= other.cacheRead;
    usage.cacheWrite ??= other.cacheWrite;
    usage.reasoning ??= other.reasoning;
  }
  return { usage };
}

function hasTotals(usage: ReportedUsage | undefined): usage is ReportedUsage {
  return usage !== undefined && (usage.input !== null || usage.output !== null);
}
