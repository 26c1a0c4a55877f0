/** One `.prompt` file (Dotprompt), read and checked whole: what is wrong with it is said when it is loaded, not when it is used. */
import { createHash } from "node:crypto";
import { Dotprompt, type PromptFunction } from "dotprompt";
import { parseDocument } from "yaml";
import { type RenderedPrompt, toRenderedPrompt, withoutMarkers } from "./rendered-prompt.ts";

/** A prompt that cannot be used; the message names the file, the line where it is known, and what is wrong. */
export class BrokenPromptError extends Error {
  override readonly name = "BrokenPromptError";
  readonly code = "broken-prompt";
  readonly file: string;
  /** Counted from 1; `null` where the fault has no single line. */
  readonly line: number | null;

  constructor(file: string, line: number | null, problem: string) {
    super(`${file}${line === null ? "" : `:${line}`}: ${problem}`);
    this.file = file;
    this.line = line;
  }
}

export interface CompiledPrompt {
  readonly name: string;
  /** First 12 hex digits of the SHA-256 of the content. */
  readonly version: string;
  readonly content: string;
  /** `model` of the front matter. */
  readonly model: string | null;
  /** `config` of the front matter: the model's settings, or the application's own. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The whole front matter as it is written. */
  readonly frontMatter: Readonly<Record<string, unknown>>;
  /** JSON Schema; `null` when the file declares none. */
  readonly inputSchema: Readonly<Record<string, unknown>> | null;
  readonly outputSchema: Readonly<Record<string, unknown>> | null;
  /** Throws when a variable that the input schema requires is missing. */
  render(variables?: Readonly<Record<string, unknown>>): Promise<RenderedPrompt>;
}

const dotprompt = new Dotprompt({
  partialResolver: (name) => {
    throw new Error(`partials are not supported, since a version is one file; write "${name}" out`);
  },
});

/**
 * @param file How errors name it.
 * @throws {@link BrokenPromptError}
 */
export async function compilePrompt(name: string, content: string, file: string): Promise<CompiledPrompt> {
  const body = findBody(content, file);
  const parsed = dotprompt.parse<Record<string, unknown>>(content);
  const bodyLine = content.slice(0, content.indexOf(parsed.template, body.index)).split("\n").length;
  let template: PromptFunction<Record<string, unknown>>;
  try {
    template = await dotprompt.compile<Record<string, unknown>, Record<string, unknown>>(parsed);
    // Handlebars compiles at the first rendering: unknown names show only then.
    await template({ input: {} });
  } catch (error) {
    throw toBrokenPrompt(error as Error, file, content, bodyLine);
  }
  const { input, output } = await dotprompt.renderMetadata(parsed);
  const version = versionOf(content);
  const inputSchema = (input?.schema ?? null) as Readonly<Record<string, unknown>> | null;
  return {
    name,
    version,
    content,
    model: parsed.model ?? null,
    config: parsed.config ?? {},
    frontMatter: parsed.raw ?? {},
    inputSchema,
    outputSchema: output?.schema ?? null,
    async render(variables = {}) {
      const filled = { ...input?.default, ...variables };
      for (const required of (inputSchema?.required ?? []) as string[]) {
        if (filled[required] !== undefined) continue;
        throw new TypeError(`prompt ${name}@${version} needs the variable "${required}"`);
      }
      const { messages } = await template({ input: withoutMarkers(filled) as Record<string, unknown> });
      return toRenderedPrompt(messages);
    },
  };
}

export function versionOf(content: string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

/** Where the front matter ends. Dotprompt takes a file with broken YAML as one text, so YAML is checked here first. */
function findBody(content: string, file: string): { index: number } {
  if (!/^---\s*\r?\n/.test(content)) return { index: 0 };
  const match = /^---\s*\r?\n([\s\S]*?)\r?\n---\s*(\r?\n|$)/.exec(content);
  if (match === null) throw new BrokenPromptError(file, 1, 'the front matter has no end: close it with a line "---"');
  const yaml = parseDocument(match[1] as string);
  const [error] = yaml.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    throw new BrokenPromptError(file, line === undefined ? null : line + 1, describeYamlError(error.message));
  }
  const value: unknown = yaml.toJS();
  if (value !== null && (typeof value !== "object" || Array.isArray(value))) {
    throw new BrokenPromptError(file, 2, "the front matter is not a list of settings, such as `model: …`");
  }
  return { index: match[0].length };
}

function toBrokenPrompt(error: Error, file: string, content: string, bodyLine: number): BrokenPromptError {
  const { message } = error;
  // Handlebars says "Parse error on line 3:" or ends in " - 3:14"; both count from the body's first line.
  const inBody = /line (\d+)/.exec(message)?.[1] ?? / - (\d+):\d+$/.exec(message)?.[1];
  if (inBody !== undefined) {
    const problem = describeTemplateError(message);
    return new BrokenPromptError(file, bodyLine + Number(inBody) - 1, problem);
  }
  // Others quote the culprit: look for it.
  const culprit = /["']([^"']+)["']/.exec(message)?.[1];
  const index = culprit === undefined ? -1 : content.split("\n").findIndex((line) => line.includes(culprit));
  return new BrokenPromptError(file, index < 0 ? null : index + 1, message);
}

/** Handlebars' own words are for its developers. */
function describeTemplateError(message: string): string {
  const helper = /unknown helper (\S+)/.exec(message)?.[1];
  if (helper !== undefined) return `there is no helper "${helper}"`;
  if (!message.startsWith("Parse error")) return message.replace(/ - \d+:\d+$/, "");
  const got = /got '(\w+)'/.exec(message)?.[1] ?? "text";
  return got === "EOF" ? "a {{#block}} is never closed" : `the template cannot be read here (unexpected ${got})`;
}

/** Its first line without the place, which counts from within the front matter. */
function describeYamlError(message: string): string {
  return (message.split("\n")[0] as string).replace(/ at line \d+, column \d+:?$/, "");
}
