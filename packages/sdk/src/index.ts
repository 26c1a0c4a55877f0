/** What applications import: trace functions, describe the current span, send feedback. Prompts are at `@ratchet/sdk/prompts`. */
export { createSpanProcessor, flush, init, shutdown } from "./client.ts";
export { type CurrentSpan, currentSpan, type Usage } from "./current-span.ts";
export { type FeedbackInput, feedback } from "./feedback.ts";
export type { InitOptions } from "./options.ts";
export { type Propagated, propagate } from "./propagate.ts";
export type { MetadataValue } from "./span-metadata.ts";
export { type TraceableOptions, traceable, traceable as Traceable } from "./traceable.ts";
