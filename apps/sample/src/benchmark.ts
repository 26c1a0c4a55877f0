/** The benchmark that is there before the first failure: labelled issues, held out from what Teammate learns. */
import type { CaseInput } from "@ratchet/protocol";
import type { Thread } from "./threads.ts";

/** Every so many labelled threads of the history are kept for the benchmark. */
const keepEvery = 4;

export function buildBenchmark(history: readonly Thread[]): CaseInput[] {
  return selectHeldOut(history).map((thread) => ({
    id: `${thread.repository}#${thread.number}`,
    input: toCaseInput(thread),
    reference: { labels: thread.labels },
    metadata: { repo: thread.repository, kind: thread.kind, bodyBytes: Buffer.byteLength(thread.body) },
  }));
}

/** The history that Teammate may learn from. */
export function withoutBenchmark(history: readonly Thread[]): Thread[] {
  const heldOut = new Set(selectHeldOut(history));
  return history.filter((thread) => !heldOut.has(thread));
}

function selectHeldOut(history: readonly Thread[]): Thread[] {
  return history.filter((thread) => thread.labels.length > 0).filter((_, index) => index % keepEvery === 0);
}

/** The same shape as the root input of Teammate's traces, so that captured cases and these are one dataset. */
function toCaseInput({ repository, number, kind, title, body, author, createdAt }: Thread) {
  return { event: "issues.opened", repository, number, kind, title, body, author, createdAt };
}
