/** Writes the layer rules into `biome.json`. Overrides replace each other, so every group is spelt out from here. */
import { readFileSync, writeFileSync } from "node:fs";

const intoSources = {
  group: ["**/../../*/src/**", "@ratchet/*/src/**"],
  message: "Import a package by its name, not its files.",
};
const packagesBut = (...allowed: string[]) => ({
  group: ["@ratchet/**", ...allowed.flatMap((name) => [`!@ratchet/${name}`, `!@ratchet/${name}/**`])],
  message: `This package may import only: ${allowed.join(", ") || "nothing"} (ARCHITECTURE.md, Layers).`,
});
const up = (folder: string) => [`../${folder}/**`, `../../${folder}/**`];
const engines = { group: [...up("engines")], message: "Only a feature's store touches an engine." };
const stores = {
  group: ["../*/*store.ts", "../../*/*store.ts"],
  message: "Call the other feature's service, not its store.",
};
const above = { group: [...up("http"), ...up("compat")], message: "Features do not know http/ or compat/." };

const rules: [includes: string[], patterns: { group: string[]; message: string }[]][] = [
  [["packages/stats/src/**"], [{ group: ["*", "!./**"], message: "stats is pure: it imports nothing." }]],
  [["packages/protocol/src/**"], [packagesBut(), intoSources]],
  [
    ["packages/sdk/src/**", "packages/web/src/**"],
    [packagesBut("protocol"), intoSources],
  ],
  [["packages/evals/src/**"], [packagesBut("sdk", "stats", "protocol"), intoSources]],
  [["packages/cli/src/**"], [packagesBut("evals", "protocol"), intoSources]],
  [
    ["packages/server/src/*/**", "!packages/server/src/http/**", "!packages/server/src/engines/**"],
    [packagesBut("stats", "protocol"), stores, engines, above, intoSources],
  ],
  [["packages/server/src/*/*store.ts"], [packagesBut("stats", "protocol"), stores, above, intoSources]],
  [
    ["packages/server/src/http/**"],
    [
      packagesBut("stats", "protocol"),
      { group: ["../*/*store.ts"], message: "http/ knows services, not stores." },
      engines,
      intoSources,
    ],
  ],
];

export const overrides = rules.map(([includes, patterns]) => ({
  includes: [...includes, "!**/*.test.ts"],
  linter: { rules: { style: { noRestrictedImports: { level: "error", options: { patterns } } } } },
}));

if (import.meta.main) {
  const file = new URL("../biome.json", import.meta.url);
  const config = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, `${JSON.stringify({ ...config, overrides }, null, 2)}\n`);
}
