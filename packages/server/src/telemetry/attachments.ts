/** Which media of a batch are new to their traces. */
import type { Attachment } from "./media.ts";
import type { Span } from "./span.ts";
import { createTraceMemory } from "./trace-memory.ts";

/** Media that are remembered at most; a forgotten one is only stored again, until the engine merges the two. */
const maxRemembered = 20_000;

export interface NewAttachment extends Attachment {
  span: Span;
}

/** Remembers what is durable, by trace. */
export function createAttachmentMemory() {
  const stored = createTraceMemory<true>(maxRemembered);
  return {
    /** Nothing is remembered yet: an insert may fail. */
    listFresh(spans: readonly Span[]): NewAttachment[] {
      const fresh = new Map<string, NewAttachment>();
      for (const span of spans) {
        for (const attachment of span.attachments) {
          if (stored.get(span, attachment.sha256)) continue;
          fresh.set(`${span.project.id}/${span.traceId}/${attachment.sha256}`, { ...attachment, span });
        }
      }
      return [...fresh.values()];
    },

    /** Call it once they are durable. */
    remember(attachments: readonly NewAttachment[]): void {
      for (const { span, sha256 } of attachments) stored.set(span, sha256, true);
    },

    forget: stored.forget,
  };
}
