/**
 * Media are taken out of texts before these are hashed and indexed: base64 in a message's parts, in a `data:` URL
 * wherever it stands, or in an attribute that is nothing else. What stays says which attachment it is.
 */
import { hash } from "node:crypto";
import { sniffMediaType } from "../media-type.ts";

/** Less base64 than this stays where it is: a row of its own would cost more. */
const minBase64Characters = 1500;
/** Of one attachment; a larger one is not kept, and the text says so. */
const maxAttachmentBytes = 20 * 1024 * 1024;
/** Of one span. */
const maxAttachments = 100;

export interface Attachment {
  /** 64 hex digits. */
  sha256: string;
  /** As the sender has it, which may be anything; empty when it does not say. */
  mimeType: string;
  content: Buffer;
}

/** Collects what it takes out of the texts of one span. */
export function createMediaDetacher() {
  const attachments = new Map<string, Attachment>();

  /** The part's fields that stand for its base64; `undefined` when it is none. */
  const attach = (base64: string, mimeType: string): object | undefined => {
    if (base64.length < minBase64Characters || !isBase64(base64)) return undefined;
    // JSON may have escaped slashes and line breaks within it.
    const content = Buffer.from(base64.replace(/\\[nr]/g, "").replaceAll("\\", ""), "base64");
    const sha256 = hash("sha256", content);
    const isKept =
      attachments.has(sha256) || (content.length <= maxAttachmentBytes && attachments.size < maxAttachments);
    if (!isKept) return { bytes: content.length, not_kept: true };
    attachments.set(sha256, { sha256, mimeType, content });
    return { attachment: sha256, bytes: content.length };
  };

  const toPart = (mimeType: string, fields: object): string =>
    JSON.stringify({ type: "blob", mime_type: mimeType, modality: toModality(mimeType), ...fields });

  return {
    /** The text without its media. Linear, and no parse: of a text without media nothing but the search for a mark. */
    detach(text: string): string {
      if (text.length < minBase64Characters) return text;
      if (text.startsWith("data:")) {
        const [head = "", mimeType = ""] = /^data:([^;,]{0,200});base64,/.exec(text) ?? [];
        const fields = head === "" ? undefined : attach(text.slice(head.length), mimeType);
        return fields ? `[${toPart(mimeType, fields)}]` : text;
      }
      if (!text.includes(";base64,") && !text.includes('"type":"blob"')) return text;
      let detached = "";
      let done = 0;
      marks.lastIndex = 0;
      for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
        const [head] = mark;
        const end = text.indexOf('"', marks.lastIndex);
        if (end === -1) break;
        const isPart = head.startsWith("{");
        const [, written = ""] = (isPart ? /"mime_type":"([^"]*)"/ : /^"data:([^;]*)/).exec(head) ?? [];
        const mimeType = written.replaceAll("\\", "");
        const fields = attach(text.slice(marks.lastIndex, end), mimeType);
        if (fields === undefined) continue;
        const kept = isPart
          ? head.slice(0, -'"content":"'.length) + JSON.stringify(fields).slice(1, -1)
          : toPart(mimeType, fields);
        detached += text.slice(done, mark.index) + kept;
        done = end + 1;
        marks.lastIndex = done;
      }
      return detached + text.slice(done);
    },

    /** {@link detach}, where the whole text may also be base64 of a medium that its first bytes tell: a `bytes` attribute. */
    detachBytes(text: string): string {
      if (text.length < minBase64Characters) return text;
      const sniffed = sniffMediaType(Buffer.from(text.slice(0, 64), "base64"));
      const fields = sniffed && attach(text, sniffed.mimeType);
      return sniffed && fields ? toPart(sniffed.mimeType, fields) : this.detach(text);
    },

    /** What has been taken out so far, each content once. */
    list: (): Attachment[] => [...attachments.values()],
  };
}

export type MediaDetacher = ReturnType<typeof createMediaDetacher>;

/** Where base64 begins: in a blob part as messages are read into, or in a `data:` URL that is a JSON string. */
const marks =
  /\{"type":"blob"(?:,"(?:mime_type|modality)":"[^"\\]{0,200}"){0,2},"content":"|"data:(?:[^"\\;,]|\\\/){0,200};base64,/g;

/** Looks for one character that is not allowed, as a pattern for all of them would need a stack as long as the text. */
function isBase64(text: string): boolean {
  return !/[^A-Za-z0-9+/=_\\-]/.test(text);
}

function toModality(mimeType: string): string {
  const [family = ""] = mimeType.split("/");
  return ["image", "audio", "video"].includes(family) ? family : "document";
}
