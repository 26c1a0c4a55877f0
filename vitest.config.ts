import { defineConfig } from "vitest/config";
import { findPostgres } from "./packages/server/testing/postgres-server.ts";

const postgres = findPostgres();
if (!postgres) {
  console.warn("SKIPPED: the control plane on a real PostgreSQL. Install Debian's postgresql to run these tests too.");
}

/** What only PGlite or PostgreSQL stores: these tests run on both. */
const controlPlane = [
  "access",
  "datasets",
  "experiments",
  "failures",
  "http",
  "prices",
  "prompts",
  "releases",
  "retention",
  "rollouts",
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Each file may open both engines (730 MB); two cores hold two of them.
    maxWorkers: 2,
    // Whoever runs the tests may use Ratchet: what the tests trace is none of its business, and its port is taken.
    env: { RATCHET_URL: "", RATCHET_PROJECT: "", RATCHET_API_KEY: "", RATCHET_OTLP_GRPC_PORT: "off" },
    projects: [
      {
        extends: true,
        test: {
          name: "embedded",
          include: [
            "packages/*/{src,testing,conformance}/**/*.test.ts",
            "apps/*/src/**/*.test.ts",
            "tests/**/*.test.ts",
          ],
        },
      },
      ...(postgres
        ? [
            {
              extends: true as const,
              test: {
                name: "postgres",
                include: [`packages/server/src/{${controlPlane.join(",")}}/*.test.ts`],
                globalSetup: ["packages/server/testing/postgres-server.ts"],
              },
            },
          ]
        : []),
    ],
  },
});
