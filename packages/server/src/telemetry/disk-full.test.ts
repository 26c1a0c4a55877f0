import { describe, expect, it } from "vitest";
import { createIngest } from "./ingest.ts";
import type { OtlpSpan } from "./otlp.ts";
import type { TelemetryStore } from "./store.ts";

const mebibyte = 1024 * 1024;
const project = { id: 1, slug: "default" };

/** An engine whose disk has as much room as the test says, and that may run into its end. */
function openIngest() {
  const disk = { freeBytes: 1000 * mebibyte, isWriteFailing: false };
  const store: TelemetryStore = {
    insertPayloads: async () => {},
    insertAttachments: async () => {},
    insertSpans: async () => {
      if (disk.isWriteFailing) throw new Error("Cannot reserve 1.00 MiB, not enough space");
    },
    toFault: () => "space",
    findFreeBytes: async () => disk.freeBytes,
  };
  const ingest = createIngest({
    store,
    projects: { findScope: async () => project, recordFirstSpan: async () => {} },
    publish: () => {},
    onCompleted: () => {},
    now: () => new Date(),
    minFreeBytes: 500 * mebibyte,
  });
  const span: OtlpSpan = {
    ...{ traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", parentSpanId: "", name: "answer" },
    ...{ startMicros: Date.now() * 1000, endMicros: Date.now() * 1000, statusCode: 0, statusMessage: "" },
    ...{ attributes: new Map(), events: [], scopeName: "", scopeVersion: "" },
  };
  return { disk, ingest, send: () => ingest.accept([{ attributes: new Map(), spans: [span] }], project, true) };
}

describe("a disk that fills up", () => {
  it("stops spans before the engine has no room left, and readiness with them, until there is room again", async () => {
    const { disk, ingest, send } = openIngest();
    await expect(send()).resolves.toMatchObject({ count: 0 });
    disk.freeBytes = 499 * mebibyte;
    expect(await ingest.isReady()).toBe(false);
    await expect(send()).rejects.toMatchObject({
      code: "unavailable",
      retryAfterSeconds: 30,
      message: expect.stringContaining("499 MiB are left where telemetry is stored, and 500 MiB are needed"),
    });
    disk.freeBytes = 501 * mebibyte;
    expect(await ingest.isReady()).toBe(true);
    await expect(send()).resolves.toMatchObject({ count: 0 });
  });

  it("acknowledges nothing that it could not write, says so, and goes on when there is room", async () => {
    const { disk, ingest, send } = openIngest();
    disk.isWriteFailing = true;
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(send()).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("The disk is full"),
      });
    }
    disk.isWriteFailing = false;
    expect(await ingest.isReady()).toBe(true);
    await expect(send()).resolves.toMatchObject({ count: 0 });
  });
});
