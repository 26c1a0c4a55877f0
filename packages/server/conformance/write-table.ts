/** `node packages/server/conformance/write-table.ts`: writes the corpus's table into the guide. */
import { readFileSync, writeFileSync } from "node:fs";
import { readCorpus } from "./case.ts";
import { renderTable } from "./render-table.ts";

export const guide = new URL("../../../docs/guide/conventions.md", import.meta.url);
const marks = /(<!-- table: [^>]* -->\n)[\s\S]*?(\n<!-- end of table -->)/;

/** The guide as it should read. */
export function renderGuide(): string {
  return readFileSync(guide, "utf8").replace(
    marks,
    (_, begin, end) => `${begin}\n${renderTable(readCorpus().cases)}\n${end}`,
  );
}

if (import.meta.main) writeFileSync(guide, renderGuide());
