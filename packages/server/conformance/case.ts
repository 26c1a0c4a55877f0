/** The format of a case: what an instrumentation sent, and how the product has to read it. */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { spanKinds } from "@ratchet/protocol";
import { z } from "zod";

export const casesDirectory = join(import.meta.dirname, "cases");

const Source = z.strictObject({
  /** From the instrumentation itself, or written after its source or documentation. */
  kind: z.enum(["recorded", "constructed"]),
  /** The package that writes the spans, and its version. */
  package: z.string(),
  version: z.string(),
  language: z.enum(["javascript", "python", "other"]),
  /** One sentence: what ran, against which model; or what it was constructed after. */
  how: z.string(),
});

const Message = z.strictObject({
  role: z.string(),
  /** Text; JSON text of lists and objects is written as what it says. */
  content: z.unknown(),
});

/** A span as the product has it. What is `null`, zero or empty is left out, and so is the status `ok`. */
export const ExpectedSpan = z.strictObject({
  name: z.string(),
  kind: z.enum(spanKinds),
  /** Its tokens and cost are part of the trace's sums. */
  counts: z.literal(true).optional(),
  status: z.enum(["error", "running"]).optional(),
  statusMessage: z.string().optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  responseId: z.string().optional(),
  usage: z
    .strictObject({
      inputTokens: z.number().optional(),
      outputTokens: z.number().optional(),
      cacheReadTokens: z.number().optional(),
      cacheWriteTokens: z.number().optional(),
      reasoningTokens: z.number().optional(),
    })
    .optional(),
  /** US dollars, where the instrumentation gives them. */
  costUsd: z.number().optional(),
  /** Whole milliseconds: the engine has single precision. */
  timeToFirstTokenMs: z.int().optional(),
  /** Why the model stopped, in OpenTelemetry's words. */
  finishReason: z.string().optional(),
  sessionId: z.string().optional(),
  userId: z.string().optional(),
  tags: z.array(z.string()).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  environment: z.string().optional(),
  release: z.string().optional(),
  prompt: z.strictObject({ name: z.string(), version: z.string() }).optional(),
  input: z.array(Message).optional(),
  output: z.array(Message).optional(),
});
export type ExpectedSpan = z.infer<typeof ExpectedSpan>;

/** Of the whole trace, each call counted once. */
const ExpectedTrace = z.strictObject({
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  cacheReadTokens: z.number().default(0),
  cacheWriteTokens: z.number().default(0),
  reasoningTokens: z.number().default(0),
});

export const Case = z.strictObject({
  /** Goes on after the convention's name: "counts the cache once". */
  title: z.string(),
  source: Source,
  /** `ExportTraceServiceRequest` in OTLP/JSON, of one trace, as it was exported. */
  request: z.looseObject({ resourceSpans: z.array(z.unknown()) }),
  /** `ExportLogsServiceRequest` in OTLP/JSON, when parts of the spans arrive as log records. */
  logs: z.looseObject({ resourceLogs: z.array(z.unknown()) }).optional(),
  /** In the order of the request. */
  expected: z.array(ExpectedSpan),
  trace: ExpectedTrace,
});
export type Case = z.infer<typeof Case>;

export interface CaseFile extends Case {
  /** The folder: a convention's name. */
  convention: string;
  /** Below {@link casesDirectory}. */
  path: string;
}

/** The corpus, in the order of its paths, and a sentence for each file that holds no case. */
export function readCorpus(): { cases: CaseFile[]; faults: string[] } {
  const read = globSync("*/*.json", { cwd: casesDirectory }).sort().map(readCase);
  return {
    cases: read.filter((file) => typeof file !== "string"),
    faults: read.filter((file) => typeof file === "string"),
  };
}

function readCase(path: string): CaseFile | string {
  try {
    const parsed = Case.parse(JSON.parse(readFileSync(join(casesDirectory, path), "utf8")));
    return { ...parsed, convention: basename(dirname(path)), path };
  } catch (error) {
    return `${path}: ${error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message}`;
  }
}
