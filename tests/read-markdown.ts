/** Just enough Markdown to check what documents say. */

export interface Block {
  code: string;
  /** Of its first line, from 1. */
  line: number;
}

const fence = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** Fenced blocks; of one language, or all. */
export function readBlocks(text: string, language?: string): Block[] {
  return [...text.matchAll(fence)]
    .filter((match) => language === undefined || match[2] === language)
    .map((match) => ({ code: match[3] ?? "", line: text.slice(0, match.index).split("\n").length + 1 }));
}

/** Relative links and images, as they stand there. */
export function readLinks(text: string): string[] {
  const prose = text.replaceAll(fence, "").replaceAll(/`[^`\n]*`/g, "");
  const targets = [
    ...prose.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g),
    ...prose.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g),
  ];
  return targets.map((match) => match[1] ?? "").filter((target) => !/^[a-z]+:/.test(target));
}

/** What headings are called by links within a page, as GitHub makes them. */
export function toAnchors(text: string): string[] {
  return [...text.replaceAll(fence, "").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Cells of every table row, the rulers left out. */
export function readTable(text: string): string[][] {
  return [...text.matchAll(/^\|(.*)\|$/gm)]
    .map(([, row = ""]) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
}

export interface RatchetCall {
  text: string;
  /** What stands before the first flag, numbers and names included. */
  words: string[];
  flags: string[];
}

/** Calls of the command in code blocks and in code spans. */
export function readRatchetCalls(text: string): RatchetCall[] {
  const spans = [...text.replaceAll(fence, "").matchAll(/`((?:npx )?ratchet [^`…]+)`/g)].map((match) => match[1] ?? "");
  const lines = readBlocks(text)
    .flatMap(({ code }) => code.replaceAll("\\\n", " ").split("\n"))
    .filter((line) => !/^\s*(\/\/|import\b)/.test(line));
  return [...spans, ...lines].flatMap((line) =>
    [...line.matchAll(/(?:^\s*|npx |run: |[A-Z_]+=\S+ |&& )ratchet ((?:[^\s#|>;]+ ?)+)/g)].map(([, rest = ""]) =>
      toCall(rest),
    ),
  );
}

function toCall(rest: string): RatchetCall {
  const parts = rest.trim().split(/\s+/);
  const firstFlag = parts.findIndex((part) => part.startsWith("-"));
  return {
    text: `ratchet ${rest.trim()}`,
    words: firstFlag === -1 ? parts : parts.slice(0, firstFlag),
    flags: parts.filter((part) => /^--[a-z]/.test(part)).map((part) => part.split("=")[0] ?? ""),
  };
}
