import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildBenchmark, withoutBenchmark } from "./benchmark.ts";
import { readThreads, type Thread } from "./threads.ts";

const { history, replayed } = readThreads();
const sourceOf = ({ repository }: Thread) =>
  ["microsoft/vscode", "apache/hadoop"].includes(repository) ? repository : "github";
const idOf = ({ repository, number }: Pick<Thread, "repository" | "number">) => `${repository}#${number}`;

describe("the threads of the sample", () => {
  it("are all of the three files, each once, as history or as replay", () => {
    const rows = ["github-threads", "vscode-issues", "hadoop-issues"].flatMap((file) =>
      readFileSync(join(import.meta.dirname, `../data/${file}.jsonl`), "utf8")
        .trimEnd()
        .split("\n"),
    );
    const known = new Set(
      rows.map((row) => {
        const { repository = "apache/hadoop", id, number = Number(id) } = JSON.parse(row);
        return idOf({ repository, number });
      }),
    );
    const ids = [...history, ...replayed].map(idOf);
    expect(ids.toSorted()).toEqual([...known].sort());
  });

  it("are replayed in each source's own order of time, after its history", () => {
    const bySource = Map.groupBy(replayed, sourceOf);
    expect([...bySource.keys()].sort()).toEqual(["apache/hadoop", "github", "microsoft/vscode"]);
    for (const [source, threads] of bySource) {
      const times = threads.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted());
      const before = history.filter((thread) => sourceOf(thread) === source).map(({ createdAt }) => createdAt);
      for (const time of before) expect(time < (times[0] ?? "")).toBe(true);
    }
  });

  it("are dealt out evenly: every stretch of the replay has all sources", () => {
    for (let from = 0; from + 20 <= replayed.length; from += 20) {
      const stretch = new Set(replayed.slice(from, from + 20).map(sourceOf));
      expect(stretch.size, `threads ${from} to ${from + 20}`).toBe(3);
    }
  });

  it("have every pasted log above 20 kB in the replay, where it can slow somebody down", () => {
    const isHuge = ({ body }: Thread) => Buffer.byteLength(body) > 20_000;
    expect(history.filter(isHuge)).toEqual([]);
    expect(replayed.filter(isHuge).length).toBeGreaterThanOrEqual(12);
  });
});

describe("the benchmark", () => {
  const benchmark = buildBenchmark(history);

  it("is of labelled threads that Teammate does not learn from and does not meet in the replay", () => {
    const ids = new Set(benchmark.map(({ id }) => id));
    expect(ids.size).toBe(benchmark.length);
    expect(benchmark.length).toBeGreaterThanOrEqual(60);
    expect([...withoutBenchmark(history), ...replayed].filter((thread) => ids.has(idOf(thread)))).toEqual([]);
    expect(withoutBenchmark(history).length + benchmark.length).toBe(history.length);
  });

  it("says the maintainers' labels of each case, and never shows them to who is judged", () => {
    for (const { input, reference } of benchmark) {
      expect((reference as { labels: string[] }).labels.length).toBeGreaterThan(0);
      expect(Object.keys(input as object)).not.toContain("labels");
    }
  });
});
