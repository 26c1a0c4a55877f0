/** A medium in a message, as any instrumentation or provider writes it → a part `blob`, `uri` or `file`. */
import { addFields, flatten, isObject, type JsonObject, take } from "./json-value.ts";
import type { MessagePart } from "./message-parts.ts";

/** What a part of this type holds; `file` and the like say it by their media type. */
const modalities = new Map<string, string>([
  ...["image", "image_url", "input_image"].map((type) => [type, "image"] as const),
  ...["audio", "input_audio", "audio_url"].map((type) => [type, "audio"] as const),
  ...["video", "video_url", "input_video"].map((type) => [type, "video"] as const),
  ...["document", "input_file"].map((type) => [type, "document"] as const),
  ...["file", "file_data", "blob", "uri", "media"].map((type) => [type, ""] as const),
]);
const mediaFields = ["inlineData", "inline_data", "fileData", "file_data"];
/** Where the description of a medium may stand instead of in the part itself. */
const mediaNests = ["source", "image_url", "input_audio", "audio_url", "video_url", "file", "image", ...mediaFields];

/** `undefined` for a part that is no medium; one that cannot be told stays as it came. */
export function toMedium(part: JsonObject): MessagePart | undefined {
  const { type } = part;
  const modality = typeof type === "string" ? modalities.get(type) : "";
  if (modality === undefined || (type === undefined && !mediaFields.some((field) => isObject(part[field])))) {
    return undefined;
  }
  return isInShape(part) ? part : describeMedium(part, modality);
}

function isInShape(part: JsonObject): boolean {
  const { type, modality, content, uri, file_id } = part;
  if (modality === undefined || Object.values(part).includes(null)) return false;
  if (type === "uri") return typeof uri === "string" && !uri.startsWith("data:");
  return type === "blob" ? typeof content === "string" : type === "file" && typeof file_id === "string";
}

function describeMedium(part: JsonObject, modality: string): MessagePart {
  const rest = flatten(part, ...mediaNests);
  // A document given as text or as parts is no medium.
  const nested = mediaNests.map((nest) => part[nest]).find(isObject);
  if (typeof nested?.type === "string" && !["base64", "url", "file"].includes(nested.type)) return part;
  const mimeType = take(rest, ["mime_type", "mimeType", "mediaType", "media_type"]) ?? takeFormat(rest, modality);
  const fileId = take(rest, ["file_id", "fileId"]);
  const content = take(rest, ["content", "data", "base64", "bytes", "file_data", "image"]);
  const uri = take(rest, ["uri", "url", "fileUri", "file_uri", "file_url", "image_url"]);
  const where = content ?? uri;
  const texts = [mimeType, fileId, where].filter((value) => value !== undefined);
  if (!texts.every((value) => typeof value === "string") || (where ?? fileId) === undefined) return part;
  const place = where === undefined ? undefined : locate(where as string);
  const mime = (mimeType as string | undefined) ?? place?.mimeType;
  const medium: MessagePart = { type: place?.type ?? "file" };
  if (mime !== undefined) medium.mime_type = mime;
  medium.modality = take(rest, ["modality"]) ?? (modality || nameModality(mime));
  if (place) medium[place.type === "uri" ? "uri" : "content"] = place.value;
  if (content !== undefined && uri !== undefined) rest.uri = uri;
  if (fileId !== undefined) medium.file_id = fileId;
  addFields(medium, rest);
  return medium;
}

/** Of audio and the like: `wav`. */
function takeFormat(rest: JsonObject, modality: string): string | undefined {
  if (modality === "" || typeof rest.format !== "string") return undefined;
  return `${modality}/${take(rest, ["format"])}`;
}

interface Place {
  type: "blob" | "uri";
  value: string;
  mimeType?: string;
}

/** Where a medium is: here, as base64, or elsewhere. */
function locate(value: string): Place {
  const comma = value.startsWith("data:") ? value.slice(0, 200).indexOf(";base64,") : -1;
  if (comma >= 0) return { type: "blob", value: value.slice(comma + 8), mimeType: value.slice(5, comma) };
  return /^[a-z][a-z0-9+.-]*:/i.test(value.slice(0, 20)) ? { type: "uri", value } : { type: "blob", value };
}

function nameModality(mimeType: string | undefined): string {
  const [family = ""] = mimeType?.split("/") ?? [];
  return ["image", "audio", "video"].includes(family) ? family : "document";
}
