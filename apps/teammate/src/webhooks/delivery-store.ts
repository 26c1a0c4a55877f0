/** Deliveries that were accepted, so that each is worked on once, also after a crash. */
import type { DatabaseSync } from "node:sqlite";
import type { TeammateEvent } from "./events.ts";

export interface Delivery {
  id: string;
  event: TeammateEvent;
  /** 1 the first time; more when the process died while working on it. */
  attempt: number;
}

/** GitHub redelivers for three days; ids are kept longer, their content only until done. */
const keptDays = 30;
/** A delivery that kills the process must not do so for ever, nor one wait for ever for GitHub. */
export const maxAttempts = 3;

export class DeliveryStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(`
      CREATE TABLE IF NOT EXISTS deliveries (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        event TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        received_at TEXT NOT NULL DEFAULT (datetime('now')),
        finished_at TEXT,
        error TEXT
      );
      CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (position) WHERE finished_at IS NULL;
      DELETE FROM deliveries WHERE finished_at < datetime('now', '-${keptDays} days');
    `);
  }

  /** Durable when it returns. `false` when this id was accepted before. */
  accept(id: string, event: TeammateEvent): boolean {
    const { changes } = this.#db
      .prepare("INSERT INTO deliveries (id, event) VALUES (?, ?) ON CONFLICT (id) DO NOTHING")
      .run(id, JSON.stringify(event));
    return changes === 1;
  }

  has(id: string): boolean {
    return this.#db.prepare("SELECT 1 FROM deliveries WHERE id = ?").get(id) !== undefined;
  }

  countWaiting(): number {
    const row = this.#db.prepare("SELECT count(*) AS waiting FROM deliveries WHERE finished_at IS NULL").get();
    return Number(row?.waiting);
  }

  /** The oldest unfinished delivery, counted as one more attempt; `null` when there is none. */
  takeOldest(): Delivery | null {
    for (;;) {
      const row = this.#db
        .prepare("SELECT id, event, attempts FROM deliveries WHERE finished_at IS NULL ORDER BY position LIMIT 1")
        .get();
      if (!row) return null;
      const id = String(row.id);
      const attempt = Number(row.attempts) + 1;
      if (attempt > maxAttempts) {
        this.finish(id, `given up after ${maxAttempts} attempts`);
        continue;
      }
      this.#db.prepare("UPDATE deliveries SET attempts = ? WHERE id = ?").run(attempt, id);
      return { id, event: JSON.parse(String(row.event)) as TeammateEvent, attempt };
    }
  }

  /** Its id is kept against replays, its content is not. */
  finish(id: string, error: string | null): void {
    this.#db
      .prepare("UPDATE deliveries SET finished_at = datetime('now'), event = NULL, error = ? WHERE id = ?")
      .run(error, id);
  }
}
