/** What is sent to measure ingest: exports that are encoded before any time is taken. Texts do not repeat but where they are said to. */
import { createHash, randomBytes } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSpans, newSpanId, newTraceId, type TestSpan } from "../packages/server/testing/otlp-export.ts";

export interface Export {
  body: Uint8Array<ArrayBuffer>;
  spans: number;
  traces: number;
  /** Of the messages, as every span repeats them. */
  textBytes: number;
}

const root = join(import.meta.dirname, "..");
export const spansPerTrace = 6;
const weekMs = 7 * 24 * 3600 * 1000;
/** Few words are common and many are rare, as in any language. */
const words = Array.from({ length: 20_000 }, () => randomBytes(4).toString("base64url").toLowerCase());

/** Endless, but for real text. Bodies of some 500 spans, or of one agent. */
export const corpora = {
  "short spans": () => encodeTraces(writeWords(100), 84),
  "random words": () => encodeTraces(writeWords(800), 84),
  "real text": () => encodeTraces(readTexts(800), 84),
  "20-turn agents": () => encodeAgents(20),
  "100-turn agents": () => encodeAgents(100),
} satisfies Record<string, () => Generator<Export>>;

/** Texts of random words. */
export function* writeWords(characters: number): Generator<string, never> {
  for (;;) {
    let text = "";
    while (text.length < characters) text += `${words[Math.floor(words.length * Math.random() ** 4)]} `;
    yield text.slice(0, characters);
  }
}

/** The repository's sample threads and every package's documents, each once, cut in pieces. */
function* readTexts(characters: number): Generator<string> {
  const seen = new Set<string>();
  for (const text of [...readThreads(), ...readDocuments()]) {
    for (let at = 0; at + characters <= text.length; at += characters) {
      const piece = text.slice(at, at + characters);
      const digest = createHash("sha1").update(piece).digest("base64");
      if (!seen.has(digest)) yield piece;
      seen.add(digest);
    }
  }
}

function readThreads(): string[] {
  return globSync("apps/sample/data/*.jsonl", { cwd: root })
    .flatMap((file) => readFileSync(join(root, file), "utf8").trim().split("\n"))
    .map((line) => listStrings(JSON.parse(line)).join("\n"));
}

function readDocuments(): string[] {
  return globSync("node_modules/**/*.md", { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));
}

function listStrings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(listStrings) : [];
}

/** Traces of an agent and calls below it, with one text in and one out each. */
export function* encodeTraces(texts: Iterator<string>, tracesPerBody: number): Generator<Export> {
  for (;;) {
    const spans: TestSpan[] = [];
    let textBytes = 0;
    while (spans.length < tracesPerBody * spansPerTrace) {
      const [input, output] = [texts.next(), texts.next()];
      if (input.done || output.done) return;
      textBytes += Buffer.byteLength(input.value) + Buffer.byteLength(output.value);
      spans.push(createStep(spans, input.value, output.value));
    }
    yield { body: encodeSpans(spans, "protobuf"), spans: spans.length, traces: tracesPerBody, textBytes };
  }
}

function createStep(before: TestSpan[], input: string, output: string): TestSpan {
  const index = before.length % spansPerTrace;
  const parent = index === 0 ? undefined : before[before.length - index];
  return {
    traceId: parent?.traceId ?? newTraceId(),
    spanId: newSpanId(),
    ...(parent?.spanId !== undefined && { parentSpanId: parent.spanId }),
    name: parent ? `step ${index}` : "answer",
    startMs: (parent?.startMs ?? Date.now() - weekMs * Math.random()) + 1,
    durationMs: 50 + Math.random() * 1000,
    attributes: {
      "gen_ai.operation.name": index % 2 === 1 ? "chat" : "invoke_agent",
      "gen_ai.request.model": "gpt-4o-mini",
      "gen_ai.usage.input_tokens": 900 + Math.floor(Math.random() * 1000),
      "gen_ai.usage.output_tokens": 90,
      "ratchet.input": input,
      "ratchet.output": output,
      "ratchet.metadata.repo": "acme/app",
      "session.id": `acme/app#${Math.floor(Math.random() * 997)}`,
    },
  };
}

/** An agent sends its whole history at every turn: instructions, the question, then an answer and a tool's result a turn. */
function* encodeAgents(turns: number): Generator<Export> {
  const texts = writeWords(500);
  const say = (role: string) => ({ role, parts: [{ type: "text", content: texts.next().value }] });
  for (;;) {
    const [traceId, rootId, startMs] = [newTraceId(), newSpanId(), Date.now() - weekMs * Math.random()];
    const history = [say("system"), say("user")];
    const spans: TestSpan[] = [{ traceId, spanId: rootId, name: "agent", startMs, durationMs: turns * 10 }];
    let textBytes = 0;
    for (let turn = 0; turn < turns; turn++) {
      const answer = say("assistant");
      const result = say("tool");
      textBytes += 500 * (history.length + 2);
      const span = (facts: Partial<TestSpan>): TestSpan => ({
        ...{ traceId, spanId: newSpanId(), parentSpanId: rootId, startMs: startMs + turn * 10, durationMs: 8 },
        ...facts,
      });
      const call = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.input.messages": JSON.stringify(history),
        "gen_ai.output.messages": JSON.stringify([answer]),
      };
      const use = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.call.result": result.parts[0]?.content ?? "",
      };
      spans.push(span({ name: "chat", attributes: call }), span({ name: "tool", attributes: use }));
      history.push(answer, result);
    }
    yield { body: encodeSpans(spans, "protobuf"), spans: spans.length, traces: 1, textBytes };
  }
}
