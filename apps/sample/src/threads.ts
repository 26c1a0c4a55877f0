/** The real threads of `data/`, in one shape, and the order in which they are replayed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export interface Thread {
  /** `owner/name`. */
  repository: string;
  number: number;
  kind: "issue" | "pull";
  title: string;
  body: string;
  author: string;
  /** The maintainers' labels, as they were in the end. */
  labels: string[];
  createdAt: string;
  comments: { author: string; createdAt: string; body: string }[];
  /** Conditions that a satisfying answer meets; empty where nobody wrote any down. */
  acceptance: string[];
}

/** Threads opened before this are a repository's history; those after it are replayed. */
const replayedFrom: Record<string, string> = {
  "apache/hadoop": "2020-06-01",
  "microsoft/vscode": "2021-01-01",
};

const GitHubThread = z.object({
  repository: z.string(),
  number: z.int(),
  kind: z.enum(["issue", "pull"]),
  title: z.string(),
  body: z.string(),
  author: z.string(),
  labels: z.array(z.string()),
  createdAt: z.string(),
  comments: z.array(z.object({ author: z.string(), createdAt: z.string(), body: z.string() })),
  acceptance: z.array(z.string()),
});
const VsCodeIssue = z.object({
  repository: z.string(),
  number: z.int(),
  title: z.string(),
  body: z.string(),
  labels: z.array(z.string()),
  createdAt: z.string(),
});
const HadoopIssue = z.object({ id: z.string(), title: z.string(), body: z.string(), created: z.string() });

/** All threads: what was there before, and what is replayed, in order. */
export function readThreads(): { history: Thread[]; replayed: Thread[] } {
  const threads = [
    ...withoutRepeats(readRows("github-threads.jsonl", GitHubThread)),
    ...readRows("vscode-issues.jsonl", VsCodeIssue).map((issue) => ({ ...issue, ...nobody(issue.repository) })),
    ...readRows("hadoop-issues.jsonl", HadoopIssue).map(({ id, title, body, created }) => ({
      number: Number(id),
      title,
      body,
      labels: [],
      createdAt: new Date(`${created.replace(/(\d\d):(\d\d)$/, "$1:$2 UTC").replaceAll("/", " ")}`).toISOString(),
      ...nobody("apache/hadoop"),
    })),
  ];
  const isReplayed = (thread: Thread) => thread.createdAt >= (replayedFrom[thread.repository] ?? "");
  return {
    history: threads.filter((thread) => !isReplayed(thread)),
    replayed: interleave(threads.filter(isReplayed)),
  };
}

/**
 * The three sources are from different years, so each one's own order of time is kept, and the three are dealt out
 * evenly, as if they had happened in the same weeks.
 */
function interleave(threads: Thread[]): Thread[] {
  const sources = Map.groupBy(threads, (thread) => (thread.repository in replayedFrom ? thread.repository : "others"));
  const placed = [...sources.values()].flatMap((source) =>
    source
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
      .map((thread, index) => ({ thread, place: (index + 0.5) / source.length })),
  );
  return placed.sort((a, b) => a.place - b.place).map(({ thread }) => thread);
}

/** The source has two threads twice; on GitHub, a thread is opened once. */
function withoutRepeats(threads: Thread[]): Thread[] {
  return [...new Map(threads.map((thread) => [`${thread.repository}#${thread.number}`, thread])).values()];
}

/** What these sources do not tell: who wrote it and what was answered. */
function nobody(repository: string) {
  return { repository, kind: "issue" as const, author: "reporter", comments: [], acceptance: [] };
}

function readRows<Row>(file: string, schema: z.ZodType<Row>): Row[] {
  const lines = readFileSync(join(import.meta.dirname, "../data", file), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => schema.parse(JSON.parse(line)));
}
