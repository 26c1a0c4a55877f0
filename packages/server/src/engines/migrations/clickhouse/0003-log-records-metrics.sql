CREATE TABLE IF NOT EXISTS log_records (
  project_id UInt32,
  trace_id UUID CODEC(ZSTD(1)),
  span_id UUID CODEC(ZSTD(1)),
  id UInt64 CODEC(ZSTD(1)),
  name LowCardinality(String),
  time DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  received_at DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  scope LowCardinality(String),
  attributes String CODEC(ZSTD(1)),
  input_refs Array(UInt64) CODEC(ZSTD(1)),
  output_refs Array(UInt64) CODEC(ZSTD(1)),
  input_bytes UInt32 CODEC(ZSTD(1)),
  output_bytes UInt32 CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, trace_id, span_id, id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS metric_points (
  project_id UInt32,
  name LowCardinality(String),
  series UInt64,
  time DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  start_time DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  kind LowCardinality(String),
  temporality LowCardinality(String),
  unit LowCardinality(String),
  description LowCardinality(String),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  value Nullable(Float64) CODEC(ZSTD(1)),
  count UInt64 CODEC(ZSTD(1)),
  min Nullable(Float64) CODEC(ZSTD(1)),
  max Nullable(Float64) CODEC(ZSTD(1)),
  bounds Array(Float64) CODEC(ZSTD(1)),
  bucket_counts Array(UInt64) CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, name, series, time)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;
