import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, vi } from "vitest";
import { type Delivery, DeliveryStore } from "./delivery-store.ts";
import type { TeammateEvent } from "./events.ts";
import { createQueue } from "./queue.ts";

const event = { type: "opened" } as TeammateEvent;
const away = new Error("502");
vi.spyOn(console, "error").mockImplementation(() => {});

/** A queue of these deliveries, worked on by `work`; the attempts that were made, as `id attempt`. */
function open(ids: string[], work: (delivery: Delivery) => Promise<void>, retryAfterMs = 1) {
  const store = new DeliveryStore(new DatabaseSync(":memory:"));
  for (const id of ids) store.accept(id, event);
  const attempts: string[] = [];
  const note = (delivery: Delivery) => {
    attempts.push(`${delivery.id} ${delivery.attempt}`);
    return work(delivery);
  };
  const queue = createQueue(store, note, { isPassing: (error) => error === away, retryAfterMs });
  queue.wake();
  return { store, queue, attempts };
}

describe("a queue of deliveries", () => {
  it("tries again what failed by a passing trouble, before what came after it", async () => {
    const { store, attempts } = open(["a", "b"], async ({ id, attempt }) => {
      if (id === "a" && attempt < 3) throw away;
    });
    await vi.waitFor(() => expect(store.countWaiting()).toBe(0));
    expect(attempts).toEqual(["a 1", "a 2", "a 3", "b 1"]);
  });

  it("gives up after three attempts, and at once what would fail again", async () => {
    const { store, attempts } = open(["a", "b"], async ({ id }) => {
      throw id === "a" ? away : new Error("broken");
    });
    await vi.waitFor(() => expect(store.countWaiting()).toBe(0));
    expect(attempts).toEqual(["a 1", "a 2", "a 3", "b 1"]);
  });

  it("leaves for the next start what waits for its turn when it stops", async () => {
    const { store, queue, attempts } = open(["a"], () => Promise.reject(away), 60_000);
    await vi.waitFor(() => expect(attempts).toHaveLength(1));
    await queue.stop();
    expect(store.countWaiting()).toBe(1);
  });
});
