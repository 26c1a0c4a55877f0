/** Traces of a make-believe teammate: enough variety for every mark that the pages can draw. */
import { type Payload, SpanDetail, type SpanSummary, TraceDetail, TraceSummary, type TreeRow } from "@ratchet/protocol";
import { createRandom, type Random } from "./random.ts";
import { picture, pictureSha256 } from "./sample-picture.ts";

const minuteMs = 60_000;
const questions = [
  "How do I mount the data directory as a volume when the container runs read-only?",
  "Crash on start: `EACCES: permission denied, mkdir '/data'`",
  "Is there a way to cap the number of spans per trace?",
  "Docs: the quick start says port 3000, the compose file says 8080",
  "feat: support dark mode in exported reports",
];

/** `count` traces, newest first, one about every four minutes back from `now`. */
export function makeTraces(count: number, now: number, seed = 1): TraceSummary[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => makeTrace(random, index, now - index * 4 * minuteMs));
}

function makeTrace(random: Random, index: number, startMs: number): TraceSummary {
  const thread = `acme/harbor#${400 - (index % 300)}`;
  const failing = index % 9 === 3;
  const signals = index % 9 === 3 ? ["error"] : index % 7 === 2 ? ["thumbs-down", "negative-sentiment"] : [];
  return TraceSummary.parse({
    traceId: random.hex(32),
    rootSpanId: random.hex(16),
    name: index === 1 ? "root never came" : random.pick(["answer question", "triage issue", "label pull request"]),
    kind: "agent",
    status: index === 0 ? "running" : failing ? "error" : "ok",
    startTime: new Date(startMs).toISOString(),
    durationMs: Math.round(200 + random.next() ** 3 * 9000),
    spanCount: 7,
    errorCount: failing ? 1 : 0,
    inputTokens: index % 5 === 0 ? null : Math.round(400 + random.next() * 5000),
    outputTokens: index % 5 === 0 ? null : Math.round(40 + random.next() * 500),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    costUsd: index % 5 === 0 ? null : 0.0004 + random.next() * 0.01,
    inputPreview: random.pick(questions),
    outputPreview: failing ? "" : "Mount it with `-v ratchet:/data` and set the user to 1000; see docs/install.md.",
    sessionId: thread,
    userId: `user-${index % 40}`,
    tags: ["github"],
    environment: "production",
    release: index % 3 === 0 ? "R-3" : "R-2",
    exposure:
      index % 2 === 0
        ? { rollout: "RO-1", arm: index % 4 === 0 ? "candidate" : "control", unit: thread, plannedShare: 0.25 }
        : null,
    prompts: [{ name: "answers/question", version: "3f2a9c1e77d0" }],
    feedback: {
      up: index % 5 === 1 ? 1 : 0,
      down: signals.includes("thumbs-down") ? 1 : 0,
      total: index % 5 === 1 ? 1 : 0,
    },
    signals,
    failures: signals.length > 0 ? [signals.includes("error") ? "F-3" : "F-1"] : [],
  });
}

/** The trace with these rows of its tree. */
export function makeTraceDetail(summary: TraceSummary, spans: TreeRow[]): TraceDetail {
  const failed = summary.signals.length > 0;
  const failing = spans.findLastIndex(({ status }) => status === "error");
  return TraceDetail.parse({
    trace: { ...summary, spanCount: spans.length },
    tree: {
      version: "1",
      spanCount: spans.length,
      startTime: summary.startTime,
      durationMs: summary.durationMs,
      isRootReceived: spans.every(({ isOrphan }) => !isOrphan),
      runningCount: spans.filter(({ status }) => status === "running").length,
      failing: failing === -1 ? null : { spanId: spans[failing]?.spanId, index: failing },
      timeByKind: [
        { kind: "llm", share: 0.5 },
        { kind: "retriever", share: 0.2 },
        { kind: "tool", share: 0.1 },
        { kind: "chain", share: 0.2 },
      ],
    },
    spans: spans.slice(0, spans.length > 1000 ? 200 : 1000),
    input: [{ role: "input", content: JSON.stringify({ thread: summary.sessionId, question: summary.inputPreview }) }],
    output: summary.status === "error" ? [] : [{ role: "output", content: summary.outputPreview }],
    metadata: { repo: "acme/harbor", event: "issue_comment", bot: "false" },
    feedback: failed
      ? [
          {
            id: "7f9c24e8-3b12-4fef-91d0-3d7e8f0a1b2c",
            traceId: summary.traceId,
            spanId: null,
            key: "thumbs",
            score: 0,
            value: null,
            comment: null,
            source: "simulated",
            userId: summary.userId,
            createdAt: summary.startTime,
          },
          {
            id: "0b1d6a52-58f5-4a9c-8b6e-2f7c9d1e4a3b",
            traceId: summary.traceId,
            spanId: null,
            key: "reply",
            score: null,
            value: null,
            comment: "That is not what I asked. The container has no root, so your command fails.",
            source: "github",
            userId: summary.userId,
            createdAt: summary.startTime,
          },
        ]
      : [],
    signals: summary.signals.map((detector) => ({
      traceId: summary.traceId,
      spanId: null,
      detector,
      severity: 2,
      reason:
        detector === "error"
          ? "The span “ask model” failed: 429 Too Many Requests."
          : "The person's reply scored −0.71, below −0.4.",
      failure: summary.failures[0] ?? null,
      simulated: detector === "thumbs-down",
      createdAt: summary.startTime,
    })),
    cases: failed ? [{ dataset: "refunds", caseId: "c-17" }] : [],
  });
}

const stepSpans = [
  { name: "search docs", kind: "retriever", share: 0.2 },
  { name: "embed query", kind: "embedding", share: 0.05 },
  { name: "ask model", kind: "llm", share: 0.5 },
  { name: "check citations", kind: "guardrail", share: 0.05 },
  { name: "post comment", kind: "tool", share: 0.1 },
] as const;

/** `count` rows in the order in which they are shown: steps that retrieve, ask a model and call tools. */
export function makeTree(trace: TraceSummary, count: number): TreeRow[] {
  const spans = makeSpans(trace, count);
  const isOrphaned = trace.name === "root never came";
  const kept = isOrphaned ? spans.slice(1) : spans;
  const depths = new Map<string, number>();
  const childCounts = new Map<string | null, number>();
  for (const { spanId, parentSpanId } of kept) {
    depths.set(spanId, (depths.get(parentSpanId ?? "") ?? -1) + 1);
    childCounts.set(parentSpanId, (childCounts.get(parentSpanId) ?? 0) + 1);
  }
  return kept.map((span, index) => {
    const depth = depths.get(span.spanId) ?? 0;
    let end = index + 1;
    while (end < kept.length && (depths.get(kept[end]?.spanId ?? "") ?? 0) > depth) end++;
    const isOrphan = isOrphaned && depth === 0;
    return {
      ...span,
      parentSpanId: isOrphan ? null : span.parentSpanId,
      depth,
      childCount: childCounts.get(span.spanId) ?? 0,
      descendantCount: end - index - 1,
      isOrphan,
    };
  });
}

function makeSpans(trace: TraceSummary, count: number): SpanSummary[] {
  const random = createRandom(Number.parseInt(trace.traceId.slice(0, 8), 16));
  const startMs = Date.parse(trace.startTime);
  const span = (fields: Partial<SpanSummary>): SpanSummary => ({
    spanId: random.hex(16),
    parentSpanId: trace.rootSpanId,
    name: "step",
    kind: "chain",
    status: "ok",
    statusMessage: "",
    startTime: trace.startTime,
    durationMs: trace.durationMs,
    model: null,
    provider: null,
    inputTokens: null,
    outputTokens: null,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    costUsd: null,
    costSource: null,
    timeToFirstTokenMs: null,
    duplicateOf: null,
    prompt: null,
    inputBytes: 120,
    outputBytes: 80,
    ...fields,
  });
  const spans = [
    span({ spanId: trace.rootSpanId, parentSpanId: null, name: trace.name, kind: "agent", status: trace.status }),
  ];
  const steps = Math.max(1, Math.floor((count - 1) / (stepSpans.length + 1)));
  for (let step = 0; step < steps; step++) {
    const stepMs = trace.durationMs / steps;
    const parent = span({
      name: `step ${step + 1}`,
      startTime: new Date(startMs + step * stepMs).toISOString(),
      durationMs: stepMs,
    });
    spans.push(parent);
    let offsetMs = 0;
    for (const { name, kind, share } of stepSpans) {
      const failed = kind === "llm" && trace.status === "error" && step === 0;
      spans.push(
        span({
          parentSpanId: parent.spanId,
          name,
          kind,
          startTime: new Date(startMs + step * stepMs + offsetMs).toISOString(),
          durationMs: stepMs * share,
          ...(kind === "embedding" && step === 0 && { duplicateOf: spans.at(-1)?.spanId ?? null }),
          ...(kind === "llm" && {
            model: "gpt-4.1-mini",
            provider: "openai",
            inputTokens: trace.inputTokens,
            outputTokens: trace.outputTokens,
            // Of the second step nobody knows the price.
            costUsd: step === 1 ? null : trace.costUsd,
            costSource: step === 1 ? null : "table",
            cacheReadTokens: Math.floor((trace.inputTokens ?? 0) * 0.8),
            reasoningTokens: Math.floor((trace.outputTokens ?? 0) / 2),
            timeToFirstTokenMs: stepMs * share * 0.3,
            prompt: { name: "answers/question", version: "3f2a9c1e77d0" },
            status: failed ? "error" : "ok",
            statusMessage: failed ? "429 Too Many Requests" : "",
          }),
        }),
      );
      offsetMs += stepMs * share;
    }
  }
  return spans;
}

const modelInput: Payload[] = [
  { role: "system", content: "You answer questions about Harbor. Cite the file that you rely on." },
  { role: "user", content: questions[0] ?? "" },
  {
    role: "user",
    content: JSON.stringify([
      { type: "text", content: "This is what I see:" },
      { type: "blob", mime_type: "image/png", modality: "image", attachment: pictureSha256, bytes: picture.length },
      { type: "blob", mime_type: "application/pdf", modality: "document", attachment: "f".repeat(64), bytes: 48_213 },
      { type: "blob", mime_type: "video/mp4", modality: "video", bytes: 31_000_000, not_kept: true },
      { type: "uri", mime_type: "image/png", modality: "image", uri: "https://evil.example/pixel.png" },
    ]),
  },
];
const modelOutput: Payload[] = [
  {
    role: "assistant",
    content: JSON.stringify([
      { type: "reasoning", content: "They mount a volume, so the user that owns it matters." },
      {
        type: "tool_call",
        id: "call_7",
        name: "search_docs",
        arguments: { query: "read-only container volume", limit: 3 },
      },
      { type: "tool_call_response", id: "call_7", response: [{ type: "text", content: "docs/install.md says how." }] },
      { type: "text", content: "Mount it with `-v ratchet:/data`. <img src=x onerror=alert(1)> See docs/install.md." },
    ]),
  },
];

export function makeSpanDetail(span: SpanSummary): SpanDetail {
  return SpanDetail.parse({
    ...span,
    input:
      span.kind === "llm"
        ? modelInput
        : [
            {
              role: "input",
              content: JSON.stringify({
                query: "mount data directory",
                limit: 5,
                filters: { kind: ["docs", "issues"] },
              }),
            },
          ],
    output:
      span.status !== "ok"
        ? []
        : span.kind === "llm"
          ? modelOutput
          : [
              {
                role: "output",
                content: JSON.stringify([
                  { path: "docs/install.md", score: 0.82 },
                  { path: "docs/docker.md", score: 0.64 },
                ]),
              },
            ],
    scope: "@ratchet/sdk",
    conventions: ["ratchet", "otel-genai"],
    attributes: {
      "gen_ai.operation.name": span.kind === "llm" ? "chat" : "execute_tool",
      "ratchet.span.kind": span.kind,
      "service.name": "teammate",
    },
    events:
      span.status === "error"
        ? [
            {
              name: "exception",
              time: span.startTime,
              attributes: { "exception.type": "RateLimitError", "exception.message": "429 Too Many Requests" },
            },
          ]
        : [],
  });
}
