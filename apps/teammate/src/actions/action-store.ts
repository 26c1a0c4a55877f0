/** What Teammate did in which thread, and the trace that says why: the bridge from people's judgements to traces. */
import type { DatabaseSync } from "node:sqlite";
import type { ThreadRef } from "../github/client.ts";

/** One root trace's effect on GitHub, though it be none. */
export interface ActionRow extends ThreadRef {
  /** The delivery that led to it. */
  deliveryId: string;
  traceId: string | null;
  /** Labels that we set. */
  labels: string[];
  /** Labels that the thread had before; an author's own labels are no correction of ours. */
  labelsBefore: string[];
  commentId: number | null;
  /** Labels that people added (`true`) or removed (`false`) since, against what we set. */
  corrections: Record<string, boolean>;
}

/** Comments older than this get no reactions any more that are worth a request. */
const polledDays = 30;
const weekMs = 7 * 86_400_000;

export class ActionStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(`
      CREATE TABLE IF NOT EXISTS actions (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        delivery_id TEXT NOT NULL UNIQUE,
        repository TEXT NOT NULL,
        number INTEGER NOT NULL,
        trace_id TEXT,
        labels TEXT NOT NULL,
        labels_before TEXT NOT NULL,
        comment_id INTEGER,
        corrections TEXT NOT NULL DEFAULT '{}',
        created_at TEXT NOT NULL DEFAULT (datetime('now')),
        polls INTEGER NOT NULL DEFAULT 0,
        next_poll_ms INTEGER NOT NULL DEFAULT 0
      );
      CREATE INDEX IF NOT EXISTS actions_thread ON actions (repository, number);
      CREATE TABLE IF NOT EXISTS reactions (
        comment_id INTEGER NOT NULL,
        user TEXT NOT NULL,
        score INTEGER NOT NULL,
        PRIMARY KEY (comment_id, user)
      ) WITHOUT ROWID;
    `);
  }

  /**
   * Before GitHub hears of it, so that an event about our own labels finds it. A delivery that is worked on again after a
   * crash keeps its comment and corrections; its trace is the new one, since the old one was never sent.
   */
  save(action: Omit<ActionRow, "commentId" | "corrections">): void {
    this.#db
      .prepare(
        `INSERT INTO actions (delivery_id, repository, number, trace_id, labels, labels_before) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (delivery_id) DO UPDATE SET trace_id = excluded.trace_id, labels = excluded.labels`,
      )
      .run(
        action.deliveryId,
        action.repository,
        action.number,
        action.traceId,
        JSON.stringify(action.labels),
        JSON.stringify(action.labelsBefore),
      );
  }

  findOptional(deliveryId: string): ActionRow | undefined {
    const row = this.#db.prepare("SELECT * FROM actions WHERE delivery_id = ?").get(deliveryId);
    return row && toAction(row);
  }

  setComment(deliveryId: string, commentId: number): void {
    this.#db.prepare("UPDATE actions SET comment_id = ? WHERE delivery_id = ?").run(commentId, deliveryId);
  }

  setCorrections(deliveryId: string, corrections: Record<string, boolean>): void {
    this.#db
      .prepare("UPDATE actions SET corrections = ? WHERE delivery_id = ?")
      .run(JSON.stringify(corrections), deliveryId);
  }

  /** The thread's actions, newest first. */
  list({ repository, number }: ThreadRef): ActionRow[] {
    const rows = this.#db
      .prepare("SELECT * FROM actions WHERE repository = ? AND number = ? ORDER BY position DESC")
      .all(repository, number);
    return rows.map(toAction);
  }

  /** Actions with a comment whose reactions are to be read by now (milliseconds since 1970), the most overdue first. */
  listDueForPolling(nowMs: number, limit: number): ActionRow[] {
    const rows = this.#db
      .prepare(
        `SELECT * FROM actions
         WHERE comment_id IS NOT NULL AND next_poll_ms <= ? AND created_at > datetime('now', '-${polledDays} days')
         ORDER BY next_poll_ms, position LIMIT ?`,
      )
      .all(nowMs, limit);
    return rows.map(toAction);
  }

  /** People react soon or never: each time, the next look comes four times as late, from `intervalMs` to a week. */
  markPolled(deliveryId: string, nowMs: number, intervalMs: number): void {
    this.#db
      .prepare(
        `UPDATE actions SET polls = polls + 1, next_poll_ms = ? + min(? * (1 << min(2 * polls, 40)), ${weekMs})
         WHERE delivery_id = ?`,
      )
      .run(nowMs, intervalMs, deliveryId);
  }

  /** The score that this person's reaction had when it was last told, if any. */
  findOptionalReaction(commentId: number, user: string): number | undefined {
    const row = this.#db.prepare("SELECT score FROM reactions WHERE comment_id = ? AND user = ?").get(commentId, user);
    return row === undefined ? undefined : Number(row.score);
  }

  saveReaction(commentId: number, user: string, score: number): void {
    this.#db
      .prepare(
        `INSERT INTO reactions (comment_id, user, score) VALUES (?, ?, ?)
         ON CONFLICT (comment_id, user) DO UPDATE SET score = excluded.score`,
      )
      .run(commentId, user, score);
  }
}

function toAction(row: Record<string, unknown>): ActionRow {
  return {
    deliveryId: String(row.delivery_id),
    repository: String(row.repository),
    number: Number(row.number),
    traceId: row.trace_id === null ? null : String(row.trace_id),
    labels: JSON.parse(String(row.labels)),
    labelsBefore: JSON.parse(String(row.labels_before)),
    commentId: row.comment_id === null ? null : Number(row.comment_id),
    corrections: JSON.parse(String(row.corrections)),
  };
}
