-- Media that were taken out of texts, once a trace. JSON carries bytes as base64, which the engine decodes on the way in.
-- Granules are small in bytes, so that reading one picture does not read its neighbours.
CREATE TABLE IF NOT EXISTS attachment (
  project_id UInt32 CODEC(ZSTD(1)),
  trace_id UUID CODEC(ZSTD(1)),
  sha256 String CODEC(ZSTD(1)),
  ts DateTime64(6) CODEC(Delta(8), ZSTD(1)),
  mime_type LowCardinality(String),
  base64 String EPHEMERAL '',
  bytes String DEFAULT base64Decode(base64) CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (project_id, trace_id, sha256)
SETTINGS index_granularity = 128, index_granularity_bytes = 1048576, fsync_after_insert = 1, fsync_part_directory = 1;
