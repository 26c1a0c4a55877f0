ALTER TABLE spans
  ADD COLUMN IF NOT EXISTS cache_read_tokens UInt32 CODEC(ZSTD(1)) AFTER output_tokens,
  ADD COLUMN IF NOT EXISTS cache_write_tokens UInt32 CODEC(ZSTD(1)) AFTER cache_read_tokens,
  ADD COLUMN IF NOT EXISTS reasoning_tokens UInt32 CODEC(ZSTD(1)) AFTER cache_write_tokens,
  ADD COLUMN IF NOT EXISTS cost_source LowCardinality(String) AFTER cost_usd,
  ADD COLUMN IF NOT EXISTS ttft_ms Nullable(Float32) CODEC(ZSTD(1)) AFTER cost_source,
  ADD COLUMN IF NOT EXISTS response_id String CODEC(ZSTD(1)) AFTER ttft_ms,
  ADD COLUMN IF NOT EXISTS duplicate_of UUID CODEC(ZSTD(1)) AFTER response_id,
  ADD COLUMN IF NOT EXISTS scope LowCardinality(String) AFTER duplicate_of,
  ADD COLUMN IF NOT EXISTS conventions Array(LowCardinality(String)) CODEC(ZSTD(1)) AFTER scope;
