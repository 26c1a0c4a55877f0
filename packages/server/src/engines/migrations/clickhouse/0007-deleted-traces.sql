-- Traces that go, by the deletion or the sweep that takes them. Also what late spans are checked against, so it stays for
-- a while after the traces have gone.
CREATE TABLE IF NOT EXISTS deleted_trace (
  project_id UInt32,
  deletion UUID,
  trace_id UUID,
  is_expired UInt8,
  at DateTime
) ENGINE = MergeTree ORDER BY (project_id, deletion, trace_id) TTL at + INTERVAL 30 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
