import { describe, expect, it } from "vitest";
import { ProblemError } from "../problem.ts";
import { createBatcher } from "./batch.ts";

interface Item {
  name: string;
  sizeBytes: number;
}
const items = (count: number, name = "span", sizeBytes = 10): Item[] =>
  Array.from({ length: count }, () => ({ name, sizeBytes }));

/** An engine whose inserts end when the test says so; what comes of an item is its name. */
function createEngine() {
  const inserts: { items: Item[]; end: (error?: Error) => void }[] = [];
  let onInsert = () => {};
  const insert = (batch: Item[]) =>
    new Promise<string[]>((resolve, reject) => {
      inserts.push({ items: batch, end: (error) => (error ? reject(error) : resolve(batch.map(({ name }) => name))) });
      onInsert();
    });
  const waitForInserts = async (count: number) => {
    while (inserts.length < count) {
      await new Promise<void>((resolve) => {
        onInsert = resolve;
      });
    }
  };
  return { inserts, insert, waitForInserts };
}

describe("batching", () => {
  it("lets requests that arrive together share an insert, and answers each when it is durable", async () => {
    const { inserts, insert, waitForInserts } = createEngine();
    const batcher = createBatcher(insert);
    let durable = 0;
    const added = ["a", "b", "c"].map(async (name) => {
      expect(await batcher.add(items(2, name))).toEqual([name, name]);
      durable++;
    });
    await waitForInserts(1);
    expect(inserts[0]?.items).toHaveLength(6);
    expect(durable).toBe(0);
    inserts[0]?.end();
    await Promise.all(added);
    expect(batcher.queuedSpans).toBe(0);
  });

  it("splits a large export, and inserts at most two parts at once", async () => {
    const { inserts, insert, waitForInserts } = createEngine();
    const batcher = createBatcher(insert);
    const added = batcher.add(items(12_000));
    await waitForInserts(2);
    expect(inserts.map((running) => running.items.length)).toEqual([5000, 5000]);
    inserts[0]?.end();
    await waitForInserts(3);
    for (const running of inserts) running.end();
    await added;
  });

  it("bounds a batch by its bytes", async () => {
    const { inserts, insert, waitForInserts } = createEngine();
    const batcher = createBatcher(insert);
    const added = batcher.add(items(3, "large", 5 * 1024 * 1024));
    await waitForInserts(2);
    expect(inserts[0]?.items).toHaveLength(1);
    inserts.forEach((running) => void running.end());
    await waitForInserts(3);
    inserts.at(-1)?.end();
    await added;
  });

  it("refuses what the queue cannot hold and says when to come back", async () => {
    const { inserts, insert, waitForInserts } = createEngine();
    const batcher = createBatcher(insert);
    // One export alone may exceed the queue: it would be refused for ever.
    const added = batcher.add(items(60_000));
    const refusal = await batcher.add(items(1)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ProblemError);
    expect(refusal).toMatchObject({ code: "too-busy", retryAfterSeconds: 1 });
    for (let count = 1; count <= 12; count++) {
      await waitForInserts(count);
      inserts[count - 1]?.end();
    }
    await added;
    const next = batcher.add(items(1));
    await waitForInserts(13);
    inserts[12]?.end();
    await next;
  });

  it("fails the requests of a failed insert, and goes on with the next", async () => {
    const { inserts, insert, waitForInserts } = createEngine();
    const batcher = createBatcher(insert);
    const failed = batcher.add(items(1));
    await waitForInserts(1);
    inserts[0]?.end(new Error("disk full"));
    await expect(failed).rejects.toThrow("disk full");
    const next = batcher.add(items(1));
    await waitForInserts(2);
    inserts[1]?.end();
    await next;
  });

  it("lets what comes while a small batch is inserted share the next one", async () => {
    const { inserts, insert, waitForInserts } = createEngine();
    const batcher = createBatcher(insert);
    const added = [batcher.add(items(1, "first"))];
    await waitForInserts(1);
    for (const name of ["second", "third"]) {
      added.push(batcher.add(items(1, name)));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(inserts).toHaveLength(1);
    inserts[0]?.end();
    await waitForInserts(2);
    expect(inserts[1]?.items.map(({ name }) => name)).toEqual(["second", "third"]);
    inserts[1]?.end();
    await Promise.all(added);
  });

  it("stores everything it accepted before it stops, and refuses the rest", async () => {
    const { inserts, insert, waitForInserts } = createEngine();
    const batcher = createBatcher(insert);
    const first = batcher.add(items(1));
    await waitForInserts(1);
    const second = batcher.add(items(1));
    const drained = batcher.drain();
    await waitForInserts(2);
    await expect(batcher.add(items(1))).rejects.toThrow("stopping");
    inserts.forEach((running) => void running.end());
    await Promise.all([first, second, drained]);
  });
});
