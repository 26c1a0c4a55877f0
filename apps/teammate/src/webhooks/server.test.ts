import { randomUUID } from "node:crypto";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deliver, secret } from "../../testing/start-teammate.ts";
import { DeliveryStore } from "./delivery-store.ts";
import { createWebhookServer } from "./server.ts";

let store: DeliveryStore;
let server: Server;
let url: string;

beforeEach(async () => {
  store = new DeliveryStore(new DatabaseSync(":memory:"));
  server = createWebhookServer({ secret, store, maxWaiting: 2, onAccepted() {}, health: () => ({ status: "ok" }) });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const opened = JSON.stringify({
  action: "opened",
  repository: { full_name: "acme/app" },
  sender: { login: "ada", type: "User" },
  issue: {
    number: 7,
    title: "Crash",
    body: null,
    user: { login: "ada", type: "User" },
    created_at: "2025-01-01T00:00:00Z",
    html_url: "https://github.com/acme/app/issues/7",
  },
});

describe("a webhook", () => {
  it("is stored before it is answered, and taken as what it says", async () => {
    expect((await deliver(url, "issues", opened, "a")).status).toBe(202);
    expect(store.takeOldest()).toMatchObject({ id: "a", attempt: 1, event: { type: "opened", thread: { body: "" } } });
  });

  it("is refused when it is signed with another secret, or not at all", async () => {
    expect((await deliver(url, "issues", opened, "a", "another-secret")).status).toBe(401);
    const unsigned = await fetch(`${url}/webhooks`, { method: "POST", body: opened });
    expect(unsigned.status).toBe(401);
    expect(store.countWaiting()).toBe(0);
  });

  it("is taken once, however often it is delivered", async () => {
    await deliver(url, "issues", opened, "a");
    store.finish("a", null);
    const replay = await deliver(url, "issues", opened, "a");
    expect(await replay.json()).toEqual({ status: "already received" });
    expect(store.countWaiting()).toBe(0);
  });

  it("is refused when it is no JSON, or lacks what GitHub promises, and told what", async () => {
    expect((await deliver(url, "issues", "payload=%7B", "a")).status).toBe(400);
    const incomplete = await deliver(url, "issues", '{"action":"opened"}', "b");
    expect(incomplete.status).toBe(400);
    expect(await incomplete.text()).toContain("repository");
    expect((await deliver(url, "issues", "null", "c")).status).toBe(400);
  });

  it("is ignored when Teammate has no use for its event", async () => {
    expect(await (await deliver(url, "ping", '{"zen":"Keep it simple."}', "a")).json()).toEqual({ status: "ignored" });
    expect(await (await deliver(url, "issues", '{"action":"pinned"}', "b")).json()).toEqual({ status: "ignored" });
  });

  it("is asked to come again when too many wait", async () => {
    for (const id of ["a", "b"]) await deliver(url, "issues", opened, id);
    const third = await deliver(url, "issues", opened, "c");
    expect(third.status).toBe(503);
    expect(third.headers.get("retry-after")).toBe("30");
  });

  it("is cut off at 25 MB, also when it does not say how long it is", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(`${url}/webhooks`, {
        method: "POST",
        headers: { "x-github-event": "issues", "x-github-delivery": randomUUID(), "x-hub-signature-256": "sha256=00" },
      });
      sending.once("response", (response) => resolve(response.statusCode)).once("error", reject);
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      for (let sent = 0; sent < 27; sent++) sending.write(chunk);
    });
    expect(status).toBe(413);
  });
});

describe("a delivery", () => {
  it("is given up when the process died of it three times", () => {
    store.accept("a", JSON.parse(opened));
    for (const attempt of [1, 2, 3]) expect(store.takeOldest()).toMatchObject({ id: "a", attempt });
    expect(store.takeOldest()).toBeNull();
    expect(store.countWaiting()).toBe(0);
  });
});
