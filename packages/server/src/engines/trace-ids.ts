/** Trace and span ids between the wire (hex digits) and the engine (UUID columns). For stores only. */

/** What an absent parent or span is in a UUID column. */
const noId = "00000000-0000-0000-0000-000000000000";

/** 32 hex digits, or 16 padded on the left, as UUID text; {@link noId} for `null`. */
export function toUuid(id: string | null): string {
  if (id === null) return noId;
  const hex = id.padStart(32, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function fromTraceUuid(uuid: string): string {
  return uuid.replaceAll("-", "");
}

/** 16 hex digits for OpenTelemetry's span ids, 32 for clients that use UUIDs as run ids; `null` for {@link noId}. */
export function fromSpanUuid(uuid: string): string | null {
  if (uuid === noId) return null;
  const hex = fromTraceUuid(uuid);
  return hex.startsWith("0000000000000000") ? hex.slice(16) : hex;
}
