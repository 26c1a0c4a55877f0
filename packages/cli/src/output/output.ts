/** Results on stdout, everything else on stderr. */
import type { CliStreams } from "../context.ts";
import { createStyle, type Style } from "./style.ts";

export interface Output {
  /** A result for people. */
  print(text: string): void;
  /** The result for programs: one document, whose form is a promise from `schemaVersion` on. */
  printJson(document: object): void;
  /** Progress, hints and warnings. */
  note(text: string): void;
  /** Of stdout. */
  readonly style: Style;
  /** Of stderr. */
  readonly noteStyle: Style;
  /** Cells that a line of stdout may fill. */
  readonly width: number;
}

/** Where the terminal does not say, or says 0 as some pseudo-terminals do. */
const defaultWidth = 80;
const widestUseful = 160;

export function createOutput({ stdout, stderr, env }: CliStreams, options: { noColor: boolean }): Output {
  return {
    print: (text) => void stdout.write(`${text}\n`),
    printJson: (document) => void stdout.write(`${JSON.stringify({ schemaVersion: 1, ...document }, null, 2)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    style: createStyle(stdout, env, options),
    noteStyle: createStyle(stderr, env, options),
    width: stdout.isTTY ? Math.min(stdout.columns || defaultWidth, widestUseful) : widestUseful,
  };
}
