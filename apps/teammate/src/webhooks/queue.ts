/** Works on deliveries one after another, in the order in which they were accepted. */
import { setTimeout as sleepMs } from "node:timers/promises";
import { type Delivery, type DeliveryStore, maxAttempts } from "./delivery-store.ts";

export interface Queue {
  /** Something was accepted. Starts working, if it does not already. */
  wake(): void;
  /** Takes nothing more, and resolves when the delivery at work is done. */
  stop(): Promise<void>;
}

export interface QueueOptions {
  /** Errors that pass by themselves: that delivery is worked on again, before those after it. */
  isPassing: (error: unknown) => boolean;
  /** Before the second attempt; before the third it is twice as long. 60,000 by default. */
  retryAfterMs?: number;
}

/** Any other error of `work` is logged and ends that delivery: what went wrong once by itself goes wrong again. */
export function createQueue(
  store: DeliveryStore,
  work: (delivery: Delivery) => Promise<void>,
  { isPassing, retryAfterMs = 60_000 }: QueueOptions,
): Queue {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (!stopping.signal.aborted) {
      const delivery = store.takeOldest();
      if (!delivery) return;
      const failure = await work(delivery).then(
        () => null,
        (reason: unknown) => ({ reason }),
      );
      const { id, event, attempt } = delivery;
      const problem = failure && (failure.reason instanceof Error ? failure.reason.message : String(failure.reason));
      if (problem !== null) console.error(`Delivery ${id} (${event.type}) failed at attempt ${attempt}: ${problem}`);
      if (failure && isPassing(failure.reason) && attempt < maxAttempts) {
        await sleepMs(retryAfterMs * attempt, undefined, { signal: stopping.signal }).catch(() => {});
      } else store.finish(id, problem);
    }
  }

  const queue: Queue = {
    wake() {
      if (stopping.signal.aborted || running) return;
      running = drain().finally(() => {
        running = null;
        // Accepted between the last look and now.
        if (!stopping.signal.aborted && store.countWaiting() > 0) queue.wake();
      });
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
  return queue;
}
