/** What somebody wrote themselves: out of Markdown, and out of structured output. */

/** Fields of structured output that hold a reply to a person, by convention. */
const replyFields = ["comment", "answer", "text", "content"] as const;
/** Longer comments are dumps; their beginning says enough. */
const maxLength = 20_000;
const logLine =
  /^\s*(?:at\s|File "|Traceback|Caused by|\S*(?:Error|Exception):|[[(]?\d{4}-\d\d-\d\d|[[(]?\d\d:\d\d:\d\d|[[<(]?(?:ERROR|WARN(?:ING)?|INFO|DEBUG|TRACE|FATAL)\b)/;

/** Markdown without quotes, code, log lines, HTML comments and links: what is left are the writer's own words. */
export function toOwnWords(markdown: string): string {
  return (
    dropBlocks(markdown.slice(0, maxLength).replaceAll("\r\n", "\n"), "<!--", "-->")
      // Blanks only: `\s` would read a run of empty lines again from each of them.
      .split(/^[ \t]*(?:```|~~~).*$/m)
      .filter((_, index) => index % 2 === 0)
      .join("\n")
      .split("\n")
      .filter((line) => !/^\s*>/.test(line) && !/^(?: {4}|\t)/.test(line) && !logLine.test(line))
      .join("\n")
      .replace(/`[^`\n]*`/g, " ")
      .replace(/https?:\/\/[^\s)>\]]+/g, " ")
  );
}

/** The reply in a function's output: a plain string, or the reply fields of a JSON object. Undefined when there is none. */
export function findOptionalReply(output: string): string | undefined {
  const value = parseJson(output);
  if (value === undefined) return nonEmpty(output);
  if (typeof value === "string") return nonEmpty(value);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const texts = replyFields
    .map((field) => (value as Record<string, unknown>)[field])
    .filter((text) => typeof text === "string");
  return nonEmpty(texts.join("\n"));
}

/** Undefined when `text` is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nonEmpty(text: string): string | undefined {
  return text.trim() === "" ? undefined : text;
}

/** Linear, unlike a lazy regular expression on many unclosed blocks. An unclosed block runs to the end. */
function dropBlocks(text: string, open: string, close: string): string {
  let kept = "";
  for (let at = 0; ; ) {
    const start = text.indexOf(open, at);
    if (start < 0) return kept + text.slice(at);
    kept += text.slice(at, start);
    const end = text.indexOf(close, start + open.length);
    if (end < 0) return kept;
    at = end + close.length;
  }
}
