/**
 * `node packages/server/conformance/write-expected.ts <file>…`: writes into cases what the code makes of their spans, to
 * be read and corrected by whoever adds them, and lays the files out. It is a pen, no judge: `trace`, which has the sums, is
 * by hand.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { decodeJson } from "../src/telemetry/decode-json.ts";
import { normalise } from "../src/telemetry/normalise.ts";
import type { ExpectedSpan } from "./case.ts";
import { describeSpan } from "./describe-span.ts";
import { layOut } from "./lay-out.ts";

for (const path of process.argv.slice(2)) {
  const { title, source, request, logs, expected: before = [], trace = {} } = JSON.parse(readFileSync(path, "utf8"));
  const expected = decodeJson(Buffer.from(JSON.stringify(request))).flatMap(({ attributes, spans }) =>
    spans.map((sent) => {
      const span = normalise(sent, attributes, { id: 1, slug: "default" });
      const { name, kind, ...rest } = describeSpan(span);
      const counts = ["llm", "embedding", "reranker"].includes(kind) && { counts: true };
      return { name, kind, ...counts, ...rest };
    }),
  );
  // What log records tell is by hand.
  if (logs) for (const [index, span] of expected.entries()) Object.assign(span, pickTexts(before[index] ?? {}));
  writeFileSync(path, layOut({ title, source, expected, trace, request, ...(logs && { logs }) }));
}

function pickTexts({ input, output }: Partial<ExpectedSpan>): Partial<ExpectedSpan> {
  return { ...(input && { input }), ...(output && { output }) };
}
