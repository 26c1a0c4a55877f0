/** The last step before anything is posted: what we write notifies nobody, closes nothing and commands no other bot. */

/** GitHub refuses comments above 65,536 characters; below that by a margin for its own counting. */
export const maxCommentChars = 60_000;

/** Also written as entities. A run is taken as one, or what is left of it would be a mention. */
const atSigns = /(?<!\w)(?:@|&#0*64;|&#x0*40;|&commat;)+/gi;
const nameBegins = /^[a-z\d&]/i;
const codeSpan = /(?<!`)(`+)(?!`)[^`]+\1(?!`)/g;
const closing =
  /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?:\s*:\s*|\s+)(?=(?:[\w.-]+\/[\w.-]+)?#\d|gh-\d|https?:\/\/[^\s]+\/(?:issues|pull)\/\d)/gi;
const slashCommand = /^([^\S\r\n\u2028\u2029]*)\/(?=[a-z])/gim;
/** With any scheme, or with that of the page. */
const address = /(?:(?<!\w)[a-z][a-z\d+.-]{1,20}:\/\/|(?<![\w:/.])\/\/(?=[\w-]+\.)|(?<!\w)www\.)[^\s)<>`]+/gi;

/**
 * `markdown` without mentions (`@ada` becomes `ada`), closing keywords (`fixes #1` becomes `fixes issue #1`) and slash
 * commands, and cut to what GitHub takes. Fenced code, and packages such as `@acme/app` in code spans, stay as they are,
 * so that people can copy them: GitHub reads none of the three there.
 */
export function defang(markdown: string): string {
  const lines = markdown.split("\n");
  // Inside an HTML block a fence is no fence, so nothing counts as code then.
  const honoursFences = !lines.some((line) => /^ {0,3}<[a-z!?/]/i.test(line));
  let fence: string | null = null;
  const isCode = lines.map((line) => {
    const marker = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
    if (fence !== null) {
      if (marker?.startsWith(fence) && line.trim() === marker) fence = null;
      return true;
    }
    if (marker && honoursFences) fence = marker;
    return false;
  });
  const honoursSpans = lines.every((line, at) => isCode[at] || hasPlainSpans(line));
  const safe = lines.map((line, at) => (isCode[at] ? line : defangText(line, honoursSpans)));
  return safe.join("\n").slice(0, maxCommentChars);
}

/** Whether what looks like a code span is surely one: one unpaired backtick, in HTML or escaped too, moves all after it. */
function hasPlainSpans(line: string): boolean {
  return !/[`<\\]/.test(line.replace(codeSpan, ""));
}

function defangText(text: string, honoursSpans: boolean): string {
  const spans = honoursSpans
    ? [...text.matchAll(codeSpan)].map(({ 0: { length }, index }) => [index, index + length])
    : [];
  const isInSpan = (at: number) => spans.some(([from = 0, to = 0]) => from < at && at < to);
  return text
    .replace(atSigns, (found, at: number) =>
      nameBegins.test(text.slice(at + found.length, at + found.length + 1)) && !isInSpan(at) ? "" : found,
    )
    .replace(closing, "$1 issue ")
    .replace(slashCommand, "$1\\/");
}

/** `text` quoted in Markdown, unlinked. */
export function quote(text: string): string {
  return unlinked(text)
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

/** Addresses outside GitHub are shown and not linked, nor loaded as pictures: a stranger may have written them. */
export function unlinked(text: string): string {
  return text
    .replace(/\](?=\((?!https:\/\/github\.com\/))/g, "] ")
    .replace(/^((?:[ \t]*>)*[ \t]*\[[^\]\n]*\]):/gm, "$1 :")
    .replace(/<(?=\/?(?:a|area|img|picture|source)\b)/gi, "&lt;")
    .split("\n")
    .map((line) => {
      // Backticks amid others would end their code spans.
      const show = line.includes("`") ? escapeAddress : (url: string) => `\`${url}\``;
      return line.replace(address, (url) => (isGitHubUrl(url) ? url : show(url)));
    })
    .join("\n");
}

/** Reads the same, and is no address to Markdown. */
function escapeAddress(url: string): string {
  return url.replace("//", "\\//").replace(/^www\./i, "www\\.");
}

/** `code` in a fence that nothing inside can end. */
export function fenced(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

function isGitHubUrl(url: string): boolean {
  return URL.canParse(url) && new URL(url).host === "github.com";
}
