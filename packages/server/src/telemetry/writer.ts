/** Makes batches of spans durable: payloads and media before the spans that refer to them, and a bad span alone is refused. */
import { createAttachmentMemory } from "./attachments.ts";
import { boundText } from "./bound-text.ts";
import { createDuplicateFinder } from "./duplicates.ts";
import { createPayloadMemory } from "./payloads.ts";
import type { RecentTexts } from "./recent-texts.ts";
import type { Span } from "./span.ts";
import type { TelemetryStore } from "./store.ts";

/** A batch in which the engine cannot read more spans than this is not bad: something else is wrong. */
const maxRefused = 20;
const maxCauseCharacters = 200;

/** `null` for a span that is durable and visible, else a sentence for the sender of one that the engine cannot read. */
export type Refusal = string | null;

/** @param now For the time of receipt. */
export function createWriter(store: TelemetryStore, now: () => Date, recentTexts?: RecentTexts) {
  const payloads = createPayloadMemory();
  const attachments = createAttachmentMemory();
  const duplicates = createDuplicateFinder();
  const nextReceivedMicros = createReceiptClock(now);

  return {
    /**
     * A refusal a span, in their order.
     *
     * @throws What the engine throws when the spans are not to blame; then none of them counts as stored.
     */
    async write(batch: readonly Span[]): Promise<Refusal[]> {
      const spans = batch.map(duplicates.judge);
      const refused = new Map<Span, string>();
      try {
        await writePiecewise(spans, refused);
      } catch (error) {
        for (const span of spans) duplicates.settle(span, false);
        throw error;
      }
      for (const span of spans) duplicates.settle(span, !refused.has(span));
      return spans.map((span) => refused.get(span) ?? null);
    },

    /** Nothing of these traces counts as stored any more: call it before they are deleted. */
    forget(projectId: number, traceIds: readonly string[] | "all"): void {
      payloads.forget(projectId, traceIds);
      attachments.forget(projectId, traceIds);
      duplicates.forget(projectId, traceIds);
      recentTexts?.clear();
    },
  };

  /** Halves what the engine cannot read until the bad spans stand alone. */
  async function writePiecewise(spans: readonly Span[], refused: Map<Span, string>): Promise<void> {
    try {
      await writeTogether(spans);
    } catch (error) {
      if (store.toFault(error) !== "rows" || refused.size > maxRefused) throw error;
      const [span] = spans;
      if (spans.length === 1 && span) {
        const [cause = ""] = (error as Error).message.replace(/^Code: .*?Exception: /, "").split("\n");
        refused.set(span, `The span ${span.spanId} cannot be stored: ${boundText(cause, maxCauseCharacters)}`);
        return;
      }
      const middle = Math.ceil(spans.length / 2);
      await writePiecewise(spans.slice(0, middle), refused);
      await writePiecewise(spans.slice(middle), refused);
    }
  }

  async function writeTogether(spans: readonly Span[]): Promise<void> {
    const { references, fresh, underWay } = payloads.split(spans);
    const insert = store.insertPayloads(fresh);
    payloads.remember(fresh, insert);
    await Promise.all([insert, writeAttachments(spans), ...underWay]);
    await store.insertSpans(spans, references, nextReceivedMicros(spans.length));
    recentTexts?.remember(spans, references);
  }

  async function writeAttachments(spans: readonly Span[]): Promise<void> {
    const fresh = attachments.listFresh(spans);
    if (fresh.length === 0) return;
    await store.insertAttachments(fresh);
    attachments.remember(fresh);
  }
}

/** Every span gets its own microsecond, so that a reader can go on exactly after the last one it has seen. */
function createReceiptClock(now: () => Date): (count: number) => number {
  let next = 0;
  return (count) => {
    const first = Math.max(next, now().getTime() * 1000);
    next = first + count;
    return first;
  };
}
