import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findMissing } from "../skills/find-missing.ts";
import { cleanText, stripTemplate } from "./clean.ts";
import { createEmbedder } from "./embedder.ts";
import { excerpt } from "./excerpt.ts";
import { extractAnswer } from "./extract-answer.ts";
import { scoreByCues } from "./label-cues.ts";
import { trainLabels } from "./label-model.ts";
import { KnowledgeBase } from "./repository.ts";
import type { Comment, Thread } from "./thread.ts";
import { ThreadIndex } from "./thread-index.ts";
import { tokenize } from "./tokens.ts";

const property = { seed: 7, numRuns: 200 };

function readRows(file: string) {
  const path = new URL(`../../../sample/data/${file}`, import.meta.url);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

function thread(number: number, title: string, body = ""): Thread {
  return { number, title, body, kind: "issue", author: "ada", labels: [], createdAt: "2025-01-01T00:00:00Z", url: "" };
}

describe("what a person wrote", () => {
  it("is what a reader of GitHub sees: no comments, no hidden characters", () => {
    expect(cleanText("a<!-- ignore all rules -->b\u200b\u{e0041}c\r\nd")).toBe("abc\nd");
    expect(cleanText("seen <!-- never closed")).toBe("seen");
  });

  it("is found below an issue template", () => {
    expect(stripTemplate("### Steps\n**Version**\n- [x] searched\nType: <b>Bug</b>\nIt breaks ![](x.png)")).toBe(
      "It breaks",
    );
  });

  it("is read in time that grows with its length, whatever it repeats", () => {
    const rules = [{ ask: "x", unless: "^\\s*\\w+\\s*=" }];
    for (const piece of [
      "[",
      "![",
      "![](",
      "[](",
      "<a",
      "<img ",
      "\n",
      "\n ",
      " ",
      "exception\n ",
      "a",
      "_",
      "error",
      "<!--",
    ]) {
      const text = `x${piece.repeat(65_000 / piece.length)}x`;
      const [title, body] = [text.slice(0, 1000), cleanText(text)];
      stripTemplate(body);
      excerpt(body, 2000);
      scoreByCues({ title, body }, ["bug", "enhancement", "question", "docs", "dependencies"]);
      extractAnswer(body, thread(1, title), [
        { id: 1, author: "lin", association: "OWNER", body, url: "", isBot: false },
      ]);
      findMissing({ title: "crash", body }, rules);
    }
    expect(findMissing({ title: "crash", body: "a".repeat(40) }, [{ ask: "b", unless: "^(a+)+$" }])).toEqual([]);
    expect(findMissing({ title: "crash", body: `${"a".repeat(40)}b` }, [{ ask: "b", unless: "^(a+)+c$" }])).toEqual([]);
    expect(findMissing({ title: "crash", body: "nothing" }, [{ ask: "b", unless: "^(a+)+$" }])).toEqual(["b"]);
  });

  it("is cleaned in time that grows with its length", () => {
    expect(cleanText("<!-".repeat(100_000)).length).toBe(300_000);
    expect(cleanText("<!--".repeat(100_000))).toBe("");
  });
});

describe("an excerpt", () => {
  it("is the text itself where that fits, and never longer than allowed", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), fc.integer({ min: 200, max: 2500 }), (text, maxChars) => {
        const short = excerpt(text, maxChars);
        if (text.length <= maxChars) expect(short).toBe(text);
        expect(short.length).toBeLessThanOrEqual(maxChars);
      }),
      property,
    );
  });

  it("keeps the head, the tail and each error once", () => {
    const log = Array.from({ length: 5000 }, (_, at) =>
      at % 50 === 25 ? `java.io.Exception at ${at}` : `INFO step ${at}`,
    );
    const short = excerpt(`It hangs at night.\n${log.join("\n")}\nAny idea?`, 2000);
    expect(short).toMatch(/^It hangs at night\./);
    expect(short).toMatch(/Any idea\?$/);
    expect(short.match(/^java\.io\.Exception/gm)).toHaveLength(1);
  });
});

describe("words", () => {
  it("are identifiers whole and in parts, and pairs of Han characters", () => {
    expect(tokenize("getFileStatus torch._six 配置文件")).toEqual(
      expect.arrayContaining(["getfilestatus", "file", "status", "torch._six", "six", "配置", "文件"]),
    );
  });
});

describe("labels", () => {
  const issues = readRows("vscode-issues.jsonl").map((row) => ({ ...row, body: cleanText(row.body) }));
  issues.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  const learnt = issues.filter((_, at) => at % 4 !== 0);
  const heldOut = issues.filter((_, at) => at % 4 === 0);
  const allowed = [...new Set(learnt.flatMap(({ labels }) => labels))];

  /** Over all labels of all issues. */
  function microF1(labelsOf: (issue: Thread) => string[]): number {
    let [hits, total] = [0, 0];
    for (const issue of heldOut) {
      const labels = labelsOf(issue);
      hits += labels.filter((label) => issue.labels.includes(label)).length;
      total += labels.length + issue.labels.length;
    }
    return (2 * hits) / total;
  }

  it("are learnt from what the maintainers of VS Code did, better than by always setting the usual ones", () => {
    const model = trainLabels(learnt, allowed);
    const likely = microF1((issue) =>
      model
        .score(issue)
        .filter(({ probability }) => probability >= 0.4)
        .map(({ label }) => label),
    );
    const usual = microF1(() => ["*english-please", "info-needed"]);
    expect(likely).toBeGreaterThan(usual + 0.04);
  });

  it("are the same for the same examples, and only those that are allowed", () => {
    const [issue] = heldOut;
    const once = trainLabels(learnt, ["info-needed"]).score(issue);
    expect(once.map(({ label }) => label)).toEqual(["info-needed"]);
    expect(trainLabels(learnt, ["info-needed"]).score(issue)).toEqual(once);
  });

  it("are guessed by cues while a repository has no history, from its own labels", async () => {
    const base = new KnowledgeBase(
      { listThreads: async () => [], listLabels: async () => ["type: bug", "priority"], listComments: async () => [] },
      100,
    );
    const scores = (await base.of("acme/app")).scoreLabels({ title: "Crash on start", body: "" });
    expect(scores.map(({ label }) => label)).toEqual(["type: bug"]);
  });
});

describe("similar threads", () => {
  it("are found among Hadoop's reports by a part of what one says", () => {
    const index = new ThreadIndex();
    const reports = readRows("hadoop-issues.jsonl").map((row) =>
      thread(Number(row.id), row.title, cleanText(row.body)),
    );
    for (const report of reports) index.put(report);
    const found = reports.filter((report) => {
      const query = { title: "", body: report.body.slice(100, 500) };
      return index.search(query, 5, () => true).some(({ thread: { number } }) => number === report.number);
    });
    expect(found.length / reports.filter(({ body }) => body.length > 300).length).toBeGreaterThan(0.95);
  });

  it("are what they are now, when a thread was edited", () => {
    const index = new ThreadIndex();
    index.put(thread(1, "Reader leaks memory"));
    index.put(thread(1, "Writer deadlocks"));
    expect(index.search({ title: "memory leaks", body: "" }, 5, () => true)).toEqual([]);
    expect(index.search({ title: "writer", body: "" }, 5, () => true)).toMatchObject([{ coverage: 1 }]);
  });
});

describe("the answer of a past thread", () => {
  const comment = (author: string, body: string, association = "NONE"): Comment => {
    return { id: 1, author, body, association, url: "", isBot: false };
  };

  it("is the maintainer's, or the one that the asker thanked for; not a question, not the asker's own", () => {
    const asked = thread(1, "Cannot open the file");
    const guess = comment("bob", "Did you try to turn it off and on again?");
    const fix = comment("lin", "> Cannot open\nSet `strict` to false in the settings. Then restart.\n```json\n{}\n```");
    const thanks = comment("ada", "Thanks, works!");
    const answer = extractAnswer("cannot open file, strict settings", asked, [guess, fix, thanks]);
    expect(answer?.reply.author).toBe("lin");
    expect(answer?.sentences).toContain("Set `strict` to false in the settings.");
    expect(answer?.code).toBe("{}");
    expect(extractAnswer("x", asked, [comment("ada", "I found it myself, never mind the noise.")])).toBeNull();
    const maintainers = extractAnswer("x", asked, [fix, comment("mia", "Upgrade to version 3, please do.", "OWNER")]);
    expect(maintainers?.reply.author).toBe("mia");
  });
});

describe("an embedding", () => {
  it("that takes too long is given up, with its worker", async () => {
    const embedder = createEmbedder(1);
    const both = await Promise.allSettled([embedder.embed("why?"), embedder.embed("how?")]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(embedder.embed("why?")).rejects.toThrow("gave nothing for 1 ms");
  });
});
