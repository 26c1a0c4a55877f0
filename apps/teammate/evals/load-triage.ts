/**
 * Teammate's skills as they are in the working tree. Node's type stripping cannot run decorators, and a build may be
 * stale: so the one kind of file that needs it is compiled when it is imported.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const sources = new URL("../src/", import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(sources)) return nextLoad(url, context);
    const source = readFileSync(fileURLToPath(url), "utf8");
    if (!source.includes("@traceable(")) return nextLoad(url, context);
    const { code } = transformSync(source, { loader: "ts", target: "es2022", sourcemap: "inline", sourcefile: url });
    return { format: "module", source: code, shortCircuit: true };
  },
});

export const { Triage } = await import("../src/skills/triage.ts");
