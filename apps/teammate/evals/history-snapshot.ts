/** The history that the eval's cases are judged against: real threads, of which a case never sees its own part. */
import { readFileSync } from "node:fs";
import { cleanText } from "../src/knowledge/clean.ts";
import { type HistorySource, KnowledgeBase, type RepositoryKnowledge } from "../src/knowledge/repository.ts";
import type { Comment, Thread } from "../src/knowledge/thread.ts";
import type { Subject } from "../src/skills/outcome.ts";

const directory = new URL("../../sample/data/", import.meta.url);
/** A case is judged by what the other three quarters teach, as in cross-validation. */
const folds = 4;

interface SnapshotThread extends Thread {
  repository: string;
  comments: Comment[];
}

/** What of a case chooses its part of the history. */
type CaseOrigin = Pick<Subject, "repository" | "number" | "createdAt">;

/** Knowledge for one case: no thread of the case's fold, itself included, and none of a later year: labels come and go. */
export function openSnapshot(): (origin: CaseOrigin) => Promise<RepositoryKnowledge> {
  const byRepository = Map.groupBy(readSnapshot(), ({ repository }) => repository);
  const bases = new Map<string, KnowledgeBase>();
  return ({ repository, number, createdAt = "9999" }) => {
    const fold = number % folds;
    const year = createdAt.slice(0, 4);
    const key = `${fold} ${year}`;
    const isKnown = (thread: Thread) => thread.number % folds !== fold && thread.createdAt.slice(0, 4) <= year;
    const base = bases.get(key) ?? new KnowledgeBase(toSource(byRepository, isKnown), Number.POSITIVE_INFINITY);
    bases.set(key, base);
    return base.of(repository);
  };
}

function toSource(
  byRepository: ReadonlyMap<string, SnapshotThread[]>,
  isKnown: (thread: Thread) => boolean,
): HistorySource {
  const all = (repository: string) => byRepository.get(repository) ?? [];
  return {
    listThreads: async (repository) => all(repository).filter(isKnown),
    listLabels: async (repository) => [...new Set(all(repository).flatMap(({ labels }) => labels))].sort(),
    listComments: async ({ repository, number }) =>
      all(repository).find((thread) => thread.number === number)?.comments ?? [],
  };
}

/** The sample's files, each in its own shape. */
function readSnapshot(): SnapshotThread[] {
  const threads = readRows("github-threads.jsonl").map((row) => ({
    ...row,
    body: cleanText(row.body),
    comments: row.comments.map((comment: { author: string; body: string }, at: number) => ({
      id: at,
      author: comment.author,
      association: "NONE",
      body: comment.body,
      url: `${row.url}#comment-${at}`,
      isBot: false,
    })),
  }));
  const vscode = readRows("vscode-issues.jsonl").map((row) => ({
    ...row,
    ...unanswered(row.repository, row.number, row.body),
  }));
  const hadoop = readRows("hadoop-issues.jsonl").map((row) => ({
    ...unanswered("apache/hadoop", Number(row.id), row.body),
    title: row.title,
    labels: [],
    createdAt: new Date(`${row.created.replaceAll("/", " ")} UTC`).toISOString(),
  }));
  return [...threads, ...vscode, ...hadoop];
}

/** What these sources do not tell: who wrote it, and what was said. */
function unanswered(repository: string, number: number, body: string) {
  const url = `https://github.com/${repository}/issues/${number}`;
  return { repository, number, url, body: cleanText(body), kind: "issue" as const, author: "reporter", comments: [] };
}

// biome-ignore lint/suspicious/noExplicitAny: rows of three known files, each mapped right where it is read.
function readRows(file: string): any[] {
  const text = readFileSync(new URL(file, directory), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}
