/**
 * Which convention's word counts, field by field: one span may carry several of them, and none is best at everything.
 */
import type { Convention, ConventionName, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { otelGenai } from "./otel-genai.ts";
import { ratchet } from "./ratchet.ts";

/** Strongest first, for every field that {@link exceptions} does not name. */
const conventions: readonly Convention[] = [ratchet, otelGenai];

/** For these fields, the named ones go before all others, in this order. */
const exceptions: Partial<Record<keyof SpanFacts, readonly ConventionName[]>> = {};

export interface Reading {
  facts: SpanFacts;
  /** Those that found something, strongest first. */
  conventions: ConventionName[];
  isContent(key: string): boolean;
}

export function readFacts(span: SentSpan): Reading {
  const readings = conventions
    .filter((convention) => convention.recognises(span))
    .map((convention) => ({ convention, facts: convention.read(span) }))
    .filter(({ facts }) => Object.keys(facts).length > 0);
  const [only] = readings;
  return {
    facts: only && readings.length === 1 ? only.facts : merge(readings),
    conventions: readings.map(({ convention }) => convention.name),
    isContent: (key) => readings.some(({ convention }) => convention.isContent(key)),
  };
}

interface ConventionReading {
  convention: Convention;
  facts: SpanFacts;
}

function merge(readings: readonly ConventionReading[]): SpanFacts {
  const merged: SpanFacts = {};
  for (const { facts } of readings.toReversed()) Object.assign(merged, facts);
  for (const [field, names] of Object.entries(exceptions)) {
    for (const name of names.toReversed()) {
      const found = readings.find(({ convention }) => convention.name === name)?.facts;
      const value = found?.[field as keyof SpanFacts];
      if (value !== undefined) Object.assign(merged, { [field]: value });
    }
  }
  return { ...merged, ...mergeKind(readings, merged), ...mergeLists(readings), ...mergeUsage(readings) };
}

function mergeKind(readings: readonly ConventionReading[], merged: SpanFacts): SpanFacts {
  if (!merged.isKindWeak) return {};
  const strong = readings.find(({ facts }) => facts.kind !== undefined && !facts.isKindWeak);
  return strong?.facts.kind === undefined ? {} : { kind: strong.facts.kind };
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
  const [first, ...others] = readings.flatMap(({ facts }) => (hasTotals(facts.usage) ? [facts.usage] : []));
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
