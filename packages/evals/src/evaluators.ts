/** The evaluators that come with Ratchet: exact, cheap and deterministic. Each is a function that makes one. */
import { isDeepStrictEqual } from "node:util";
import { defineEvaluator, type Evaluator, type Judgement } from "./evaluator.ts";

/** Which part of output and reference is compared; the whole when left out. */
export interface Compared<Output, Reference, Value> {
  /** The metric's name. */
  readonly name?: string;
  readonly output?: (output: Output) => Value;
  readonly reference?: (reference: Reference) => Value;
}

/** Above this many characters an edit distance takes seconds; the case is then not scored, and says so. */
const levenshteinLimit = 10_000;

/** 1 when output and reference are the same value: strings to the letter, objects as {@link jsonEqual}. */
export function exactMatch<Output = unknown, Reference = unknown>(
  options: Compared<Output, Reference, unknown> = {},
): Evaluator<unknown, Output, Reference> {
  return compare("exact-match", options, (output, reference) => isDeepStrictEqual(output, reference));
}

/** 1 when both are the same JSON value, whatever the order of keys; text is parsed first, and text that is no JSON is 0. */
export function jsonEqual<Output = unknown, Reference = unknown>(
  options: Compared<Output, Reference, unknown> = {},
): Evaluator<unknown, Output, Reference> {
  return compare("json-equal", options, (output, reference) => {
    const parsed = parseJson(output);
    if (parsed === undefined) return { score: 0, reason: "the output is not JSON" };
    return isDeepStrictEqual(parsed, parseJson(reference));
  });
}

/** 1 when the output holds the reference text, whatever the case of letters. */
export function contains<Output = string, Reference = string>(
  options: Compared<Output, Reference, string> = {},
): Evaluator<unknown, Output, Reference> {
  return compare("contains", options, (output, reference) => output.toLowerCase().includes(reference.toLowerCase()));
}

/** 1 when the output matches the pattern. Needs no reference. */
export function regexMatch<Output = string>(
  pattern: RegExp,
  options: Pick<Compared<Output, never, string>, "name" | "output"> = {},
): Evaluator<unknown, Output> {
  // A global or sticky pattern remembers where it stopped, and would judge every second case wrongly.
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
  return defineEvaluator({ name: options.name ?? "regex-match" }, ({ output }) =>
    stateless.test(select(output, options.output)),
  );
}

/** 1 − edit distance ÷ length of the longer text, in UTF-16 units; texts above 10,000 are not scored. */
export function levenshteinRatio<Output = string, Reference = string>(
  options: Compared<Output, Reference, string> = {},
): Evaluator<unknown, Output, Reference> {
  return compare("levenshtein-ratio", options, (output, reference) => {
    const longer = Math.max(output.length, reference.length);
    if (longer > levenshteinLimit) return { score: null, reason: `longer than ${levenshteinLimit} characters` };
    return longer === 0 ? 1 : 1 - editDistance(output, reference) / longer;
  });
}

/** F1 of the output's set of labels against the reference's; two empty sets agree fully. */
export function setF1<Output = readonly string[], Reference = readonly string[]>(
  options: Compared<Output, Reference, readonly string[]> = {},
): Evaluator<unknown, Output, Reference> {
  return compare("set-f1", options, (output, reference) => {
    const given = new Set(output);
    const wanted = new Set(reference);
    if (given.size + wanted.size === 0) return 1;
    const missing = [...wanted].filter((label) => !given.has(label));
    const surplus = [...given].filter((label) => !wanted.has(label));
    const reason = [...missing.map((label) => `missing ${label}`), ...surplus.map((label) => `surplus ${label}`)].join(
      ", ",
    );
    const score = (2 * (wanted.size - missing.length)) / (given.size + wanted.size);
    return reason === "" ? score : { score, reason };
  });
}

/** How long the task took, in milliseconds: lower is better, unbounded. */
export function latency(options: { readonly name?: string } = {}): Evaluator {
  return defineEvaluator(
    { name: options.name ?? "latency-ms", direction: "lower", range: null },
    ({ durationMs }) => durationMs,
  );
}

function compare<Output, Reference, Value>(
  defaultName: string,
  options: Compared<Output, Reference, Value>,
  judge: (output: Value, reference: Value) => Judgement,
): Evaluator<unknown, Output, Reference> {
  return defineEvaluator({ name: options.name ?? defaultName }, ({ output, reference }) =>
    reference === undefined || reference === null
      ? { score: null, reason: "the case has no reference" }
      : judge(select(output, options.output), select(reference, options.reference)),
  );
}

/** Without a selector the whole is the value: the evaluator's type parameters say that it fits. */
function select<Whole, Value>(whole: Whole, selector: ((whole: Whole) => Value) | undefined): Value {
  return selector ? selector(whole) : (whole as unknown as Value);
}

function parseJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Wagner–Fischer with one row. */
function editDistance(a: string, b: string): number {
  const row = Uint32Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0] as number;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] as number;
      const substituted = diagonal + Number(a.charCodeAt(i - 1) !== b.charCodeAt(j - 1));
      row[j] = Math.min(above + 1, (row[j - 1] as number) + 1, substituted);
      diagonal = above;
    }
  }
  return row[b.length] as number;
}
