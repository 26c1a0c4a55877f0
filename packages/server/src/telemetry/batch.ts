/** Requests that arrive together share an insert, so that its fixed cost (some 20 ms and five files) is paid once. */
import { ProblemError } from "../problem.ts";

/** Larger inserts gain nothing (measured: 2,000 to 5,000 spans are best). */
const maxBatchSpans = 5000;
const maxBatchBytes = 8 * 1024 * 1024;
/** Of the engine's three writers, one stays free for everything but spans. */
const maxParallelInserts = 2;
/** Small batches start at most this often; a lone request after a pause is inserted at once. */
const minIntervalMs = 200;
/** From here on the fixed cost is small beside the rows, and there is nothing to wait for. */
const worthwhileSpans = 500;
/** Accepted but not yet durable. */
const maxQueuedSpans = 50_000;
const maxQueuedBytes = 128 * 1024 * 1024;

/** What is inserted together. */
export interface Sized {
  /** Of the texts, about. */
  sizeBytes: number;
}

interface Waiting<Item> {
  items: Item[];
  sizeBytes: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** @param insert Resolves when the items are durable. */
export function createBatcher<Item extends Sized>(insert: (items: Item[]) => Promise<void>) {
  const queue: Waiting<Item>[] = [];
  let waitingSpans = 0;
  let queuedSpans = 0;
  let queuedBytes = 0;
  let running = 0;
  let lastStartMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let onIdle = () => {};

  const schedule = () => {
    if (timer || queue.length === 0 || running >= maxParallelInserts) return;
    const isDue = isClosed || waitingSpans >= worthwhileSpans;
    timer = setTimeout(start, isDue ? 0 : Math.max(0, lastStartMs + minIntervalMs - performance.now()));
  };

  const start = () => {
    timer = undefined;
    const batch = takeBatch(queue);
    const items = batch.flatMap((waiting) => waiting.items);
    waitingSpans -= items.length;
    running++;
    lastStartMs = performance.now();
    insert(items)
      .then(
        () => batch.forEach((waiting) => void waiting.resolve()),
        (error) => batch.forEach((waiting) => void waiting.reject(error)),
      )
      .finally(() => {
        running--;
        queuedSpans -= items.length;
        queuedBytes -= sumBytes(items);
        if (queue.length === 0 && running === 0) onIdle();
        schedule();
      });
    schedule();
  };

  const enqueue = (items: Item[]) =>
    new Promise<void>((resolve, reject) => {
      queue.push({ items, sizeBytes: sumBytes(items), resolve, reject });
      if (waitingSpans < worthwhileSpans && waitingSpans + items.length >= worthwhileSpans) {
        clearTimeout(timer);
        timer = undefined;
      }
      waitingSpans += items.length;
      schedule();
    });

  return {
    /**
     * Resolves when every item is durable.
     *
     * @throws ProblemError `too-busy` when the queue is full; what the insert throws.
     */
    async add(items: Item[]): Promise<void> {
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
      await Promise.all(chunk(items).map(enqueue));
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
function takeBatch<Item>(queue: Waiting<Item>[]): Waiting<Item>[] {
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
