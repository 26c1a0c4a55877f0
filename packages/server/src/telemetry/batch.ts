/** Requests that arrive together share an insert, so that its fixed cost (some 20 ms and five files) is paid once. */
import { ProblemError } from "../problem.ts";

/** Larger inserts gain nothing (measured: 2,000 to 5,000 spans are best). */
const maxBatchSpans = 5000;
const maxBatchBytes = 8 * 1024 * 1024;
/** Of the engine's three writers, one stays free for everything but spans. */
const maxParallelInserts = 2;
/**
 * After a small batch the engine rests so many times as long as that took: few requests wait little, many small ones
 * share an insert, and their fixed cost takes a quarter of a processor at most, the less the busier the machine is.
 * A lone request after a pause is inserted at once.
 */
const restRatio = 3;
const maxRestMs = 500;
/** From here on the fixed cost is small beside the rows, and there is nothing to wait for. */
const worthwhileSpans = 500;
const worthwhileBytes = 1024 * 1024;
/** Beside an insert that runs: fewer and larger parts are merged less often. */
const worthwhileBesideFactor = 4;
/** Accepted but not yet durable. */
const maxQueuedSpans = 50_000;
const maxQueuedBytes = 128 * 1024 * 1024;

/** What is inserted together. */
export interface Sized {
  /** Of the texts, about. */
  sizeBytes: number;
}

interface Waiting<Item, Outcome> {
  items: Item[];
  sizeBytes: number;
  resolve: (outcomes: Outcome[]) => void;
  reject: (error: unknown) => void;
}

/** @param insert Resolves when the items are durable, with what came of each. */
export function createBatcher<Item extends Sized, Outcome>(insert: (items: Item[]) => Promise<Outcome[]>) {
  const queue: Waiting<Item, Outcome>[] = [];
  let waitingSpans = 0;
  let waitingBytes = 0;
  let queuedSpans = 0;
  let queuedBytes = 0;
  let running = 0;
  let restUntilMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let onIdle = () => {};

  const isWorthwhile = () => {
    const factor = running > 0 ? worthwhileBesideFactor : 1;
    return waitingSpans >= factor * worthwhileSpans || waitingBytes >= factor * worthwhileBytes;
  };

  const schedule = () => {
    if (timer || queue.length === 0 || running >= maxParallelInserts) return;
    const isDue = isClosed || isWorthwhile();
    // What comes while a batch is inserted goes together into the next.
    if (!isDue && running > 0) return;
    timer = setTimeout(start, isDue ? 0 : Math.max(0, restUntilMs - performance.now()));
  };

  const start = () => {
    timer = undefined;
    const batch = takeBatch(queue);
    const items = batch.flatMap((waiting) => waiting.items);
    waitingSpans -= items.length;
    waitingBytes -= sumBytes(items);
    running++;
    const startMs = performance.now();
    insert(items)
      .then(
        (outcomes) => {
          let next = 0;
          for (const { items, resolve } of batch) {
            resolve(outcomes.slice(next, next + items.length));
            next += items.length;
          }
        },
        (error) => batch.forEach((waiting) => void waiting.reject(error)),
      )
      .finally(() => {
        running--;
        const endMs = performance.now();
        restUntilMs = endMs + Math.min(maxRestMs, restRatio * (endMs - startMs));
        queuedSpans -= items.length;
        queuedBytes -= sumBytes(items);
        if (queue.length === 0 && running === 0) onIdle();
        schedule();
      });
    schedule();
  };

  const enqueue = (items: Item[]) =>
    new Promise<Outcome[]>((resolve, reject) => {
      const sizeBytes = sumBytes(items);
      queue.push({ items, sizeBytes, resolve, reject });
      const wasWorthwhile = isWorthwhile();
      waitingSpans += items.length;
      waitingBytes += sizeBytes;
      if (!wasWorthwhile && isWorthwhile()) {
        clearTimeout(timer);
        timer = undefined;
      }
      schedule();
    });

  return {
    /**
     * Resolves when every item is durable, with what came of each.
     *
     * @throws ProblemError `too-busy` when the queue is full; what the insert throws.
     */
    async add(items: Item[]): Promise<Outcome[]> {
      const sizeBytes = sumBytes(items);
      const isFull = queuedSpans + items.length > maxQueuedSpans || queuedBytes + sizeBytes > maxQueuedBytes;
      // An export that is larger than the whole queue is taken when nothing else is there.
      if (isClosed || (isFull && queuedSpans > 0)) {
        throw new ProblemError(
          "too-busy",
          isClosed ? "The server is stopping." : `${queuedSpans} spans wait to be stored; that is all the queue holds.`,
          { retryAfterSeconds: 1 },
        );
      }
      queuedSpans += items.length;
      queuedBytes += sizeBytes;
      return (await Promise.all(chunk(items).map(enqueue))).flat();
    },

    /** Accepted but not yet durable. */
    get queuedSpans(): number {
      return queuedSpans;
    },

    /** Refuses what comes from now on; resolves when everything accepted is durable or has failed. */
    async drain(): Promise<void> {
      isClosed = true;
      clearTimeout(timer);
      timer = undefined;
      if (queue.length === 0 && running === 0) return;
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
      });
      schedule();
      await idle;
    },
  };
}

/** Whole requests, as many as fit; at least one. */
function takeBatch<Item, Outcome>(queue: Waiting<Item, Outcome>[]): Waiting<Item, Outcome>[] {
  let spans = 0;
  let sizeBytes = 0;
  const end = queue.findIndex((waiting, index) => {
    spans += waiting.items.length;
    sizeBytes += waiting.sizeBytes;
    return index > 0 && (spans > maxBatchSpans || sizeBytes > maxBatchBytes);
  });
  return queue.splice(0, end === -1 ? queue.length : end);
}

/** Parts of an export that is larger than a batch. */
function chunk<Item extends Sized>(items: Item[]): Item[][] {
  const chunks: Item[][] = [];
  let start = 0;
  let sizeBytes = 0;
  items.forEach((item, index) => {
    if (index > start && (index - start >= maxBatchSpans || sizeBytes + item.sizeBytes > maxBatchBytes)) {
      chunks.push(items.slice(start, index));
      start = index;
      sizeBytes = 0;
    }
    sizeBytes += item.sizeBytes;
  });
  if (start < items.length) chunks.push(items.slice(start));
  return chunks;
}

function sumBytes(items: readonly Sized[]): number {
  return items.reduce((sum, item) => sum + item.sizeBytes, 0);
}
