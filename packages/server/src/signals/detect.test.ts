import type { Feedback } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import type { CompletedRoot } from "../telemetry/completed-root.ts";
import { detectInFeedback, detectInTrace } from "./detect.ts";
import type { DurationHistory, ExaminedSpan } from "./evidence.ts";
import { measureSentiment } from "./negative-sentiment.ts";

const root: CompletedRoot = {
  traceId: "a".repeat(32),
  spanId: "1".repeat(16),
  name: "teammate.issue",
  startTime: "2026-11-24T10:00:00.000Z",
  durationMs: 500,
  status: "ok",
  userId: null,
  sessionId: null,
  release: null,
  exposure: null,
};

interface SpanTexts extends Partial<Omit<ExaminedSpan, "input" | "output">> {
  input?: string;
  output?: string;
}

function span({ input = "", output = "", ...rest }: SpanTexts = {}): ExaminedSpan {
  const payload = (role: string, content: string) => (content === "" ? [] : [{ role, content }]);
  return {
    spanId: root.spanId,
    parentSpanId: null,
    name: "span",
    kind: "chain",
    status: "ok",
    statusMessage: "",
    input: payload("input", input),
    inputBytes: Buffer.byteLength(input),
    output: payload("output", output),
    ...rest,
  };
}

const child = (texts: SpanTexts) => span({ spanId: "2".repeat(16), parentSpanId: root.spanId, ...texts });
const noHistory: DurationHistory = { count: 0, p95Ms: null };

function detect(spans: ExaminedSpan[], given: Partial<CompletedRoot> = {}, history = noHistory) {
  return detectInTrace({ root: { ...root, ...given }, spans, history });
}
const detectors = (...args: Parameters<typeof detect>) => detect(...args).map((detection) => detection.detector);

describe("an error", () => {
  const failedChild = child({ status: "error", statusMessage: "429 Too Many Requests", kind: "llm", name: "chat" });

  it("that reached the root is an outage, and names where it began", () => {
    const [signal] = detect([span({ status: "error", statusMessage: "gave up" }), failedChild], { status: "error" });
    expect(signal).toMatchObject({ detector: "error", severity: 3, spanId: failedChild.spanId });
    expect(signal?.reason).toBe('teammate.issue failed: llm chat failed with "429 Too Many Requests".');
  });

  it("of the root itself is told with its own message", () => {
    const [signal] = detect([span({ status: "error", statusMessage: "boom" })], { status: "error" });
    expect(signal?.reason).toBe('teammate.issue failed with "boom".');
  });

  it("that was survived is no signal", () => {
    expect(detectors([span({ output: "An answer." }), failedChild])).toEqual([]);
  });

  it("that was retried with success is no signal, though the root has no output", () => {
    expect(detectors([span(), failedChild, child({ kind: "llm", name: "chat", spanId: "3".repeat(16) })])).toEqual([]);
  });

  it("after which the root gave nothing back is a failure", () => {
    expect(detect([span({ output: " " }), failedChild])[0]).toMatchObject({ detector: "error", severity: 2 });
  });
});

describe("a slow trace", () => {
  const history = { count: 30, p95Ms: 1000 };

  it("took more than three times the 95th percentile of its history", () => {
    const [signal] = detect([], { durationMs: 3001 }, history);
    expect(signal).toMatchObject({ detector: "slow", severity: 1 });
    expect(signal?.reason).toBe("Took 3.00 s; 95 % of 30 earlier traces took at most 1.00 s (3.0 ×).");
  });

  it.each([
    ["exactly three times as long", { durationMs: 3000 }, history],
    ["with fewer than 30 earlier traces", { durationMs: 60_000 }, { count: 29, p95Ms: 1000 }],
    ["within a second, whatever the history", { durationMs: 1000 }, { count: 1000, p95Ms: 10 }],
  ])("is not one %s", (_, given, earlier) => {
    expect(detectors([], given, earlier)).toEqual([]);
  });
});

describe("an oversized input", () => {
  it.each([
    ["embedding", 8000, "8,001", "8,000"],
    ["llm", 200_000, "200,001", "200,000"],
  ] as const)("in one %s call is more than %i characters", (kind, limit, given, most) => {
    expect(detectors([child({ kind, input: "x".repeat(limit) })])).toEqual([]);
    expect(detect([child({ kind, input: "x".repeat(limit + 1), name: "embed" })])[0]).toMatchObject({
      detector: "oversized-input",
      severity: 2,
      spanId: "2".repeat(16),
      reason: `embed got ${given} characters in one ${kind} call, above the limit of ${most}.`,
    });
  });

  it("may be any size where no model reads it", () => {
    expect(detectors([span({ input: "x".repeat(100_000) }), child({ kind: "tool", input: "x".repeat(9000) })])).toEqual(
      [],
    );
  });

  it("counts calls one by one", () => {
    const half = child({ kind: "embedding", input: "x".repeat(5000) });
    expect(detectors([half, { ...half, spanId: "3".repeat(16) }])).toEqual([]);
  });

  it("is told in its whole size though its text comes cut", () => {
    const cut = child({ kind: "llm", input: "x".repeat(10_000), inputBytes: 500_000 });
    expect(detect([cut])[0]?.reason).toContain("500,000 characters");
  });
});

describe("an off-topic reply", () => {
  const question = JSON.stringify({
    title: "Webhook signature rejected",
    body: "The webhook handler rejects every delivery with signature mismatch since upgrading express to version five.",
  });
  const offTopic =
    "Bananas ripen faster inside paper bags because ethylene gas collects; apples, pears and tomatoes speed everything along nicely, whereas refrigerators slow ripening considerably.";
  const onTopic =
    "Express five parses bodies lazily, so the webhook handler sees different bytes; verify the signature against the raw body instead, before any middleware touches request contents.";

  it("shares almost no content words with the question", () => {
    expect(detect([span({ input: question, output: JSON.stringify({ comment: offTopic }) })])[0]).toMatchObject({
      detector: "off-topic",
      severity: 2,
    });
  });

  it.each([
    ["a reply on the topic", JSON.stringify({ comment: onTopic })],
    ["a short reply", JSON.stringify({ comment: "Bananas ripen in bags." })],
    [
      "labels without a comment",
      JSON.stringify({ action: "label", labels: ["bug", "http", "express"], comment: null }),
    ],
    ["no output", ""],
    [
      "a language without spaces",
      "香蕉在纸袋里熟得更快因为乙烯气体会聚集苹果梨和番茄会加速这个过程冰箱会大大减慢成熟的速度。".repeat(3),
    ],
  ])("is not %s", (_, output) => {
    expect(detectors([span({ input: question, output })])).toEqual([]);
  });

  it("may also be a plain string", () => {
    expect(detectors([span({ input: question, output: offTopic })])).toEqual(["off-topic"]);
  });

  it("is not what the retrieved text supports", () => {
    const retrieved = child({ kind: "retriever", output: offTopic });
    expect(detectors([span({ input: question, output: offTopic }), retrieved])).toEqual([]);
  });
});

const given: Feedback = {
  id: "00000000-0000-4000-8000-000000000000",
  traceId: root.traceId,
  spanId: null,
  key: "thumbs",
  score: null,
  value: null,
  comment: null,
  source: "user",
  userId: null,
  createdAt: "2026-11-24T11:00:00.000Z",
};

describe("feedback", () => {
  it("of thumbs down is a failure, thumbs up is none", () => {
    expect(detectInFeedback([{ ...given, score: 0 }])).toMatchObject([{ detector: "thumbs-down", severity: 2 }]);
    expect(detectInFeedback([{ ...given, score: 1 }])).toEqual([]);
  });

  it.each([
    ["+info-needed -bug", 2],
    ["-bug", 2],
    ["", 2],
    ["+info-needed", 1],
    ["+good first issue +docs", 1],
  ])("correcting with %j has severity %i", (value, severity) => {
    expect(detectInFeedback([{ ...given, key: "correction", score: 0, value }])).toMatchObject([
      { detector: "correction", severity },
    ]);
  });

  it.each([
    ["+info-needed -bug", "Corrected by github: removed bug; added info-needed."],
    ["-a -b -c -d -e +good first issue", "Corrected by github: removed a, b, c and 2 more; added good first issue."],
    ["It is a question.", "Corrected by github: It is a question."],
    ["", "Corrected by github."],
  ])("correcting with %j says what was wrong", (value, reason) => {
    const correction = { ...given, key: "correction", score: 0, value, source: "github" };
    expect(detectInFeedback([correction])).toMatchObject([{ reason }]);
  });

  it("of simulated people stays marked, and a real person's judgement goes before it", () => {
    const simulated = { ...given, score: 0, source: "simulated" };
    expect(detectInFeedback([simulated])).toMatchObject([{ simulated: true, reason: "Thumbs down." }]);
    expect(detectInFeedback([simulated, { ...given, score: 0 }])[0]?.simulated).toBe(false);
  });
});

describe("a negative reply", () => {
  const severityOf = (comment: string) => detectInFeedback([{ ...given, key: "reply", comment }])[0]?.severity;

  it.each([
    ["That didn't answer the question.", 2],
    ["Thanks for the comment, but this doesn't help.", 2],
    ["This is a terrible, awful suggestion.", 2],
    ["Thanks! I tried. It still didn't work.\nThanks again, great project, love it, awesome!", 2],
    ["Not helpful at all.", 2],
    ["I hate this.", 1],
  ])("%j has severity %i", (comment, severity) => {
    expect(severityOf(comment)).toBe(severity);
  });

  it.each([
    "Thanks, that fixed it!",
    "No problem, not bad at all.",
    "The build fails with a fatal error and the process crashed.",
    "If this doesn't work, please tell me your version.",
    "> This is terrible and that didn't answer the question.\n\nI see, closing.",
    "Here is my log:\n```\nterrible awful horrible\n```\nand `awful` too",
    "ERROR: horrible awful terrible failure\n2026-11-24 awful terrible horrible",
    "",
  ])("%j is none", (comment) => {
    expect(severityOf(comment)).toBeUndefined();
  });

  it("is judged in linear time, however hostile", () => {
    expect(measureSentiment("<!--".repeat(200_000)).sum).toBe(0);
    expect(measureSentiment("this is not really ".repeat(50_000)).sum).toBe(0);
    // A second each when every empty line reads those after it.
    for (let time = 0; time < 20; time++) expect(measureSentiment("\n".repeat(20_000)).sum).toBe(0);
  });
});
