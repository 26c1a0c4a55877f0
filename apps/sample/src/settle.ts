import { setTimeout as sleep } from "node:timers/promises";
import type { Ratchet } from "./ratchet.ts";

/** Teammate's SDK sends every 300 ms, and the server stores within 200 ms. */
const quietMs = 800;

/**
 * Spans travel in batches and are examined right after they are stored: reads when nothing new has arrived for longer
 * than a batch takes.
 */
export async function settle<Result>(ratchet: Ratchet, read: () => Promise<Result>): Promise<Result> {
  let before = -1;
  for (let count = await ratchet.countTraces(); count !== before; count = await ratchet.countTraces()) {
    before = count;
    await sleep(quietMs);
  }
  return read();
}
