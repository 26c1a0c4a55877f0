/** Reads a `.prompt` file (Dotprompt): YAML front matter between `---` lines, then a Handlebars template. */
import type { Json } from "@ratchet/protocol";
import Handlebars from "handlebars";
import { parseDocument } from "yaml";
import { ProblemError } from "../problem.ts";

export interface PromptFile {
  frontMatter: Record<string, Json>;
  template: string;
}

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
  const document = parseDocument(header, { prettyErrors: false });
  const [error] = document.errors;
  if (error) throw refuse(path, 2 + countLines(header.slice(0, error.pos[0])), error.message);
  const frontMatter: unknown = document.toJS() ?? {};
  if (typeof frontMatter !== "object" || Array.isArray(frontMatter)) {
    throw refuse(path, 2, "the front matter must be a mapping, as `model: openai/gpt-5`");
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

function refuse(path: string, line: number, what: string): ProblemError {
  const message = `${path}:${line}: ${what}`;
  return new ProblemError("invalid-request", message, { errors: [{ path: "content", message }] });
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}
