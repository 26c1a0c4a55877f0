/** Reads a `.prompt` file (Dotprompt): YAML front matter between `---` lines, then a Handlebars template. */
import type { Json } from "@ratchet/protocol";
import Handlebars from "handlebars";
import { parseDocument } from "yaml";
import { ProblemError } from "../problem.ts";

export interface PromptFile {
  frontMatter: Record<string, Json>;
  template: string;
}

/** Handlebars takes seconds for thousands of nested blocks, and nobody reads a dozen. */
const maxBlockDepth = 100;

const frontMatterPattern = /---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/my;

/**
 * Dotprompt itself renders a file with broken front matter as plain text, so both halves are checked here.
 *
 * @throws ProblemError `invalid-request` that names the file and the line.
 */
export function parsePromptFile(path: string, content: string): PromptFile {
  frontMatterPattern.lastIndex = 0;
  const match = frontMatterPattern.exec(content);
  if (!match && content.startsWith("---")) throw refuse(path, 1, "the front matter has no closing --- line");
  const header = match?.[1] ?? "";
  const template = content.slice(match?.[0].length ?? 0);
  const frontMatter = parseFrontMatter(path, header);
  if (typeof frontMatter !== "object" || Array.isArray(frontMatter)) {
    throw refuse(path, 2, "the front matter must be a mapping, as `model: openai/gpt-5`");
  }
  if (countBlockDepth(template) > maxBlockDepth) {
    throw refuse(path, countLines(match?.[0] ?? "") + 1, `blocks nest deeper than ${maxBlockDepth} levels`);
  }
  try {
    Handlebars.parse(template);
  } catch (error) {
    const { message } = error as Error;
    const line = Number(/line (\d+)/.exec(message)?.[1] ?? 1);
    throw refuse(path, countLines(match?.[0] ?? "") + line, message.split("\n").at(-1) ?? message);
  }
  return { frontMatter: frontMatter as Record<string, Json>, template };
}

function parseFrontMatter(path: string, header: string): unknown {
  const document = parseDocument(header, { prettyErrors: false });
  const [error] = document.errors;
  if (error) throw refuse(path, 2 + countLines(header.slice(0, error.pos[0])), error.message);
  try {
    return document.toJS() ?? {};
  } catch (error) {
    // Aliases of aliases, that would unfold to more than the memory holds.
    throw refuse(path, 2, (error as Error).message);
  }
}

function countBlockDepth(template: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, sign] of template.matchAll(/\{\{~?([#^/])[^}]/g)) {
    depth = sign === "/" ? Math.max(0, depth - 1) : depth + 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function refuse(path: string, line: number, what: string): ProblemError {
  const message = `${path}:${line}: ${what}`;
  return new ProblemError("invalid-request", message, { errors: [{ path: "content", message }] });
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}
