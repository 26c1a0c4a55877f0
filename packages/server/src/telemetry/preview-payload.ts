/** The line that lists show of a root's input and output. On the path of ingestion: bounded work, whatever arrives. */
import type { Json } from "@ratchet/protocol";
import { oneLine, previewOf } from "@ratchet/protocol/preview";

const previewCharacters = 200;
/** Parsing this much text takes 0.1 ms, and the worst that anyone can send 1 ms. Larger JSON is read as if it were cut off. */
const maxParsedCharacters = 32_768;
/** Of JSON that cannot be parsed, as the SDK cuts off what is too long. */
const scannedCharacters = 4096;

/** Telling values of JSON, by the rule of `@ratchet/protocol/preview`; plain text as it is. */
export function previewPayload(content: string): string {
  if (!/^\s*[{[]/.test(content)) return oneLine(content, previewCharacters);
  if (content.length <= maxParsedCharacters) {
    try {
      return previewOf(JSON.parse(content) as Json, previewCharacters);
    } catch {
      // Cut off, or text that only begins with a bracket.
    }
  }
  const isJsonLike = /^[\s{[]*"/.test(content.slice(0, scannedCharacters));
  return isJsonLike ? previewOf(scanStrings(content), previewCharacters) : oneLine(content, previewCharacters);
}

/** Each string that is no key, under the key that stood last before it. */
function scanStrings(json: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  let key = "";
  for (const [, text = "", colon] of json.slice(0, scannedCharacters).matchAll(/"((?:[^"\\]|\\.)*)(?:"(\s*:)?|$)/gs)) {
    if (colon === undefined) found.push({ [key]: unescapeJson(text) });
    else key = text;
  }
  return found;
}

function unescapeJson(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
