/** Reads cases from JSON lines, and says which line is wrong. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CaseInput } from "@ratchet/protocol";
import { UsageError } from "./describe-failure.ts";

/** What one version may change at once: the API's own limit. */
const maximumCases = 10_000;

/** @throws {UsageError} naming file and line; nothing is sent then. */
export async function readCaseFile(path: string, directory: string): Promise<CaseInput[]> {
  const text = await readFile(resolve(directory, path), "utf8").catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read.`, { why: error instanceof Error ? error.message : String(error) });
  });
  const cases = text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const place = `${path}:${index + 1}`;
    const parsed = CaseInput.safeParse(parseLine(line, place));
    if (parsed.success) return [parsed.data];
    const issue = parsed.error.issues[0];
    throw new UsageError(`${place} is not a case.`, {
      why: `${issue?.path.join(".") || "the line"}: ${issue?.message}`,
    });
  });
  if (cases.length === 0) throw new UsageError(`${path} holds no case.`, { fix: "Give one JSON object a line." });
  if (cases.length > maximumCases) {
    throw new UsageError(`${path} holds ${cases.length} cases; one version takes ${maximumCases}.`, {
      fix: "Split the file.",
    });
  }
  return cases;
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new UsageError(`${place} is not JSON.`, { why: error instanceof Error ? error.message : String(error) });
  }
}
