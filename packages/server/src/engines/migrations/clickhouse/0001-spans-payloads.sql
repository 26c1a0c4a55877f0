CREATE TABLE IF NOT EXISTS spans (
  project_id UInt32 CODEC(ZSTD(1)),
  trace_id UUID CODEC(ZSTD(1)),
  span_id UUID CODEC(ZSTD(1)),
  parent_span_id UUID CODEC(ZSTD(1)),
  is_root UInt8 MATERIALIZED parent_span_id = toUUID('00000000-0000-0000-0000-000000000000'),
  name LowCardinality(String),
  kind LowCardinality(String),
  status LowCardinality(String),
  status_message String CODEC(ZSTD(1)),
  environment LowCardinality(String),
  release LowCardinality(String),
  start_time DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  end_time DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  received_at DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  version UInt64 CODEC(Delta(8), ZSTD(1)),
  model LowCardinality(String),
  provider LowCardinality(String),
  input_tokens Nullable(UInt32) CODEC(ZSTD(1)),
  output_tokens Nullable(UInt32) CODEC(ZSTD(1)),
  cost_usd Nullable(Float64) CODEC(ZSTD(1)),
  user_id String CODEC(ZSTD(1)),
  session_id String CODEC(ZSTD(1)),
  tags Array(LowCardinality(String)) CODEC(ZSTD(1)),
  prompt_name LowCardinality(String),
  prompt_version LowCardinality(String),
  rollout LowCardinality(String),
  arm LowCardinality(String),
  unit String CODEC(ZSTD(1)),
  planned_share Nullable(Float64) CODEC(ZSTD(1)),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  events String CODEC(ZSTD(1)),
  input_preview String CODEC(ZSTD(1)),
  output_preview String CODEC(ZSTD(1)),
  input_refs Array(UInt64) CODEC(ZSTD(1)),
  output_refs Array(UInt64) CODEC(ZSTD(1)),
  input_bytes UInt32 CODEC(ZSTD(1)),
  output_bytes UInt32 CODEC(ZSTD(1)),
  INDEX ix_attributes mapValues(attributes) TYPE text(tokenizer = 'array'),
  INDEX ix_received received_at TYPE minmax
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(start_time)
ORDER BY (project_id, start_time, trace_id, span_id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS payload (
  project_id UInt32 CODEC(ZSTD(1)),
  ts DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  trace_id UUID CODEC(ZSTD(1)),
  hash UInt64 CODEC(ZSTD(1)),
  span_id UUID CODEC(ZSTD(1)),
  role LowCardinality(String),
  content String CODEC(ZSTD(1)),
  INDEX ix_content content TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lower(content), posting_list_codec = 'bitpacking')
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (project_id, ts, trace_id, hash)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS trace_loc (
  project_id UInt32,
  trace_id UUID,
  t_min SimpleAggregateFunction(min, DateTime64(6)),
  t_max SimpleAggregateFunction(max, DateTime64(6))
) ENGINE = AggregatingMergeTree ORDER BY (project_id, trace_id) SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS trace_loc_mv TO trace_loc AS
SELECT project_id, trace_id, min(start_time) AS t_min, max(start_time) AS t_max
FROM spans GROUP BY project_id, trace_id;

CREATE TABLE IF NOT EXISTS feedback (
  project_id UInt32,
  trace_id UUID,
  span_id UUID,
  key LowCardinality(String),
  id UUID,
  ts DateTime64(6),
  score Nullable(Float64),
  value String,
  comment String CODEC(ZSTD(1)),
  source LowCardinality(String),
  user_id String,
  is_deleted UInt8,
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (project_id, trace_id, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS signals (
  project_id UInt32,
  trace_id UUID,
  detector LowCardinality(String),
  span_id UUID,
  ts DateTime64(6),
  trace_name LowCardinality(String),
  user_id String,
  release LowCardinality(String),
  severity UInt8,
  reason String CODEC(ZSTD(1)),
  failure LowCardinality(String),
  simulated UInt8,
  is_deleted UInt8,
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (project_id, trace_id, detector)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
