/** Works on deliveries one after another, in the order in which they were accepted. */
import type { Delivery, DeliveryStore } from "./delivery-store.ts";

export interface Queue {
  /** Something was accepted. Starts working, if it does not already. */
  wake(): void;
  /** Takes nothing more, and resolves when the delivery at work is done. */
  stop(): Promise<void>;
}

/** An error of `work` is logged and ends that delivery: what went wrong once by itself goes wrong again. */
export function createQueue(store: DeliveryStore, work: (delivery: Delivery) => Promise<void>): Queue {
  let isStopping = false;
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    for (let delivery = store.takeOldest(); delivery; delivery = isStopping ? null : store.takeOldest()) {
      const error = await work(delivery).then(
        () => null,
        (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
      );
      if (error) console.error(`Delivery ${delivery.id} (${delivery.event.type}) failed: ${error}`);
      store.finish(delivery.id, error);
    }
  }

  const queue: Queue = {
    wake() {
      if (isStopping || running) return;
      running = drain().finally(() => {
        running = null;
        // Accepted between the last look and now.
        if (!isStopping && store.countWaiting() > 0) queue.wake();
      });
    },
    async stop() {
      isStopping = true;
      await running;
    },
  };
  return queue;
}
