import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { soak } from "../../testing/kill-soak.ts";

describe("a server that ends while it receives", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-crash-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  // `node bench/soak.ts` kills it fifty times. Each start takes seconds, and the first one makes the databases.
  it("has every span that it acknowledged once, with its texts, whether killed or asked to stop", {
    timeout: 240_000,
  }, async () => {
    const result = await soak(directory, 2);
    expect(result).toMatchObject({ lostSpans: 0, duplicatedSpans: 0, missingTexts: 0 });
    expect(result.acknowledgedSpans).toBeGreaterThan(0);
  });
});
