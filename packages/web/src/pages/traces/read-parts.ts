/** A message's content → its parts. Everything in it comes from outside: what is not as it should be is shown as it is. */

export type MessagePart =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "tool_call"; id: string; name: string; arguments: unknown }
  | { type: "tool_response"; id: string; response: unknown }
  | { type: "attachment"; sha256: string; mimeType: string; sizeBytes: number }
  | { type: "missing"; mimeType: string; sizeBytes: number }
  | { type: "uri"; uri: string; mimeType: string }
  | { type: "other"; value: unknown };

/** Parts that are read at most; a message of more is shown as JSON, which opens piece by piece. */
const maxParts = 1000;

/** Undefined when the content is no list of parts: plain text, or JSON of another kind. */
export function readParts(content: string): MessagePart[] | undefined {
  if (!content.startsWith('[{"type":')) return undefined;
  try {
    return toParts(JSON.parse(content));
  } catch {
    // It was cut off on its way.
    return undefined;
  }
}

/** Of a value that is parsed already, as a tool's answer within a message. */
export function toParts(value: unknown): MessagePart[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxParts) return undefined;
  return value.every((item) => isObject(item) && typeof item.type === "string") ? value.map(toPart) : undefined;
}

function toPart(part: Record<string, unknown>): MessagePart {
  switch (part.type) {
    case "text":
      if (typeof part.content === "string" && hasOnly(part, "content")) return { type: "text", text: part.content };
      break;
    case "reasoning":
      if (typeof part.content === "string") return { type: "reasoning", text: part.content };
      break;
    case "tool_call":
      return { type: "tool_call", id: toText(part.id), name: toText(part.name), arguments: part.arguments };
    case "tool_call_response":
      return { type: "tool_response", id: toText(part.id), response: part.response };
    case "blob":
      return toMedium(part);
    case "uri":
      if (typeof part.uri === "string") return { type: "uri", uri: part.uri, mimeType: toText(part.mime_type) };
  }
  return { type: "other", value: part };
}

function toMedium(part: Record<string, unknown>): MessagePart {
  const { attachment, bytes, not_kept: notKept } = part;
  const mimeType = toText(part.mime_type);
  const sizeBytes = typeof bytes === "number" && Number.isFinite(bytes) ? Math.max(0, bytes) : 0;
  if (typeof attachment === "string" && /^[0-9a-f]{64}$/.test(attachment)) {
    return { type: "attachment", sha256: attachment, mimeType, sizeBytes };
  }
  return notKept === true ? { type: "missing", mimeType, sizeBytes } : { type: "other", value: part };
}

function hasOnly(part: Record<string, unknown>, name: string): boolean {
  return Object.keys(part).every((key) => key === "type" || key === name);
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
