-- What lists and counts read: of each insert and trace, the span that stands for the trace. That is its root or, where
-- the insert holds none, the span that starts first. The best of a trace's heads stands for the whole trace, whatever
-- order its spans came in: the earliest root is the best of its own insert, and so is its newest copy.
CREATE TABLE IF NOT EXISTS trace_head (
  project_id UInt32 CODEC(ZSTD(1)),
  trace_id UUID CODEC(ZSTD(1)),
  span_id UUID CODEC(ZSTD(1)),
  is_root UInt8 CODEC(ZSTD(1)),
  name LowCardinality(String),
  kind LowCardinality(String),
  status LowCardinality(String),
  start_time DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  end_time DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  version UInt64 CODEC(Delta(8), ZSTD(1)),
  release LowCardinality(String),
  rollout LowCardinality(String),
  arm LowCardinality(String),
  session_id String CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(start_time)
ORDER BY (project_id, start_time, trace_id, span_id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- The head's own session or, where it has none, that of the insert's earliest span of the trace that has one.
CREATE MATERIALIZED VIEW IF NOT EXISTS trace_head_mv TO trace_head AS
SELECT project_id, trace_id, span_id, is_root, name, kind, status, start_time, end_time, version, release, rollout, arm,
  first_value(session_id) OVER (
    PARTITION BY project_id, trace_id ORDER BY session_id = '', is_root DESC, start_time, span_id, version DESC
  ) AS session_id
FROM spans
ORDER BY is_root DESC, start_time, span_id, version DESC
LIMIT 1 BY project_id, trace_id;

-- Spans that were stored before. Doing it again changes nothing: equal rows become one.
INSERT INTO trace_head
SELECT project_id, trace_id, span_id, is_root, name, kind, status, start_time, end_time, version, release, rollout, arm,
  first_value(session_id) OVER (
    PARTITION BY project_id, trace_id ORDER BY session_id = '', is_root DESC, start_time, span_id, version DESC
  ) AS session_id
FROM spans
ORDER BY is_root DESC, start_time, span_id, version DESC
LIMIT 1 BY project_id, trace_id
SETTINGS max_execution_time = 0, max_memory_usage = 0, max_bytes_before_external_sort = 1000000000;
