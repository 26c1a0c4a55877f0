/** The last step before anything is posted: what we write notifies nobody, closes nothing and commands no other bot. */

/** GitHub refuses comments above 65,536 characters; below that by a margin for its own counting. */
export const maxCommentChars = 60_000;

const mention = /(?<![\w`])@(?=[a-z\d])/gi;
const closing =
  /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?:\s*:\s*|\s+)(?=(?:[\w.-]+\/[\w.-]+)?#\d|gh-\d|https?:\/\/[^\s]+\/(?:issues|pull)\/\d)/gi;
const slashCommand = /^(\s*)\/(?=[a-z])/gim;

/**
 * `markdown` without mentions (`@ada` becomes `ada`), closing keywords (`fixes #1` becomes `fixes issue #1`) and slash
 * commands, and cut to what GitHub takes. Fenced code stays as it is, so that people can copy it: GitHub reads none of
 * the three there.
 */
export function defang(markdown: string): string {
  const lines = markdown.split("\n");
  // Inside an HTML block a fence is no fence, so nothing counts as code then.
  const honoursFences = !lines.some((line) => /^ {0,3}<[a-z!?/]/i.test(line));
  let fence: string | null = null;
  const safe = lines.map((line) => {
    const marker = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
    if (fence !== null) {
      if (marker?.startsWith(fence) && line.trim() === marker) fence = null;
      return line;
    }
    if (marker && honoursFences) fence = marker;
    return defangText(line);
  });
  return safe.join("\n").slice(0, maxCommentChars);
}

function defangText(text: string): string {
  return text.replace(mention, "").replace(closing, "$1 issue ").replace(slashCommand, "$1\\/");
}

/** `text` quoted in Markdown. Addresses outside GitHub are shown and not linked: a stranger may have written them. */
export function quote(text: string): string {
  return text
    .replace(/`?(https?:\/\/[^\s)<>`]+)`?/g, (whole, url: string) => (isGitHubUrl(url) ? whole : `\`${url}\``))
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
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
