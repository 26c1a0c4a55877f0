/** Colour and symbols of one stream: each meaning has a shape and a word besides its colour. */
import pico from "picocolors";

export interface Style {
  good(text: string): string;
  bad(text: string): string;
  uncertain(text: string): string;
  active(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
  readonly symbols: typeof unicode;
}

const unicode = {
  good: "✓",
  bad: "✕",
  same: "=",
  uncertain: "?",
  up: "↑",
  down: "↓",
  delta: "Δ",
  dot: "·",
  line: "──",
  done: "●",
  current: "◐",
  waiting: "○",
  blocked: "✕",
  wentBack: "↺",
  ellipsis: "…",
};
const ascii: typeof unicode = {
  good: "+",
  bad: "x",
  same: "=",
  uncertain: "?",
  up: "^",
  down: "v",
  delta: "diff",
  dot: "-",
  line: "--",
  done: "*",
  current: ">",
  waiting: "o",
  blocked: "x",
  wentBack: "<",
  ellipsis: "...",
};

type Env = Readonly<Record<string, string | undefined>>;

export function createStyle(stream: { readonly isTTY?: boolean }, env: Env, options: { noColor: boolean }): Style {
  const colors = pico.createColors(!options.noColor && hasColor(stream, env));
  return {
    good: colors.green,
    bad: colors.red,
    uncertain: colors.yellow,
    active: colors.blue,
    strong: colors.bold,
    faint: colors.dim,
    symbols: hasUnicode(env) ? unicode : ascii,
  };
}

/** https://no-color.org; FORCE_COLOR wins over the kind of stream, never over NO_COLOR. */
function hasColor(stream: { readonly isTTY?: boolean }, env: Env): boolean {
  if (env.NO_COLOR || env.TERM === "dumb") return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0";
  return stream.isTTY === true;
}

/** Only a locale that is named and is not UTF-8 says no: containers and CI often name none. */
function hasUnicode(env: Env): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  if (!locale || locale === "C" || locale === "POSIX") return env.TERM !== "linux";
  return /utf-?8/i.test(locale);
}
