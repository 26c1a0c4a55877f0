import type { Feedback } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { type CapturedTrace, toCase } from "./to-case.ts";

const traceId = "a".repeat(32);
const trace: CapturedTrace = {
  trace: { traceId, sessionId: "acme/app#7" },
  input: [{ role: "input", content: '{"title":"Crash","body":"On start"}' }],
  output: [{ role: "output", content: '{"action":"label","labels":["bug","ui"]}' }],
  metadata: { repo: "acme/app", kind: "issue", dump: "x".repeat(5000) },
  feedback: [],
};
const correction = (value: string): Feedback => ({
  id: "00000000-0000-4000-8000-000000000000",
  traceId,
  spanId: null,
  key: "correction",
  score: 0,
  value,
  comment: null,
  source: "github",
  userId: null,
  createdAt: "2026-11-24T11:00:00.000Z",
});

describe("a captured case", () => {
  it("has the root's input, its short metadata, its session as cluster, and where it came from", () => {
    expect(toCase(trace, "F-1")).toEqual({
      input: { title: "Crash", body: "On start" },
      metadata: { repo: "acme/app", kind: "issue" },
      cluster: "acme/app#7",
      sourceTraceId: traceId,
      failure: "F-1",
    });
  });

  it.each([
    ["+info-needed -bug", { labels: ["ui", "info-needed"] }],
    ["+good first issue", { labels: ["bug", "ui", "good first issue"] }],
    ['{"action":"none"}', { action: "none" }],
    ["It is a question", "It is a question"],
  ])("takes the correction %j as its reference", (value, reference) => {
    expect(toCase({ ...trace, feedback: [correction("-ui"), correction(value)] }, "F-1").reference).toEqual(reference);
  });

  it("has no reference from a correction that was taken back", () => {
    const takenBack = { ...correction("taken back"), score: 1 };
    expect(toCase({ ...trace, feedback: [takenBack] }, "F-1").reference).toBeUndefined();
  });

  it("keeps JSON that nests deeper than a case may as text", () => {
    const content = "[".repeat(5000) + "]".repeat(5000);
    expect(toCase({ ...trace, input: [{ role: "input", content }] }, "F-1").input).toBe(content);
  });

  it("keeps the roles of a chat, and text that is no JSON", () => {
    const input = [
      { role: "system", content: "Be kind." },
      { role: "user", content: "Why?" },
    ];
    expect(toCase({ ...trace, input }, "F-1").input).toEqual(input);
    expect(toCase({ ...trace, input: [{ role: "input", content: "Why?" }] }, "F-1").input).toBe("Why?");
  });
});
