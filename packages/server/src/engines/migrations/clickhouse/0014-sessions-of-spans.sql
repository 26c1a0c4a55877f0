-- A trace's session may stand on any of its spans, so lists look for it there, and heads need not repeat it. Spans of a
-- session lie near each other in time: of each 1,024 spans the index tells whether any is of it. The column of the heads
-- stays, empty, as the migration that fills it must remain repeatable.
ALTER TABLE spans ADD INDEX IF NOT EXISTS ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1;

ALTER TABLE spans MATERIALIZE INDEX ix_session;

DROP VIEW IF EXISTS trace_head_mv;

CREATE MATERIALIZED VIEW IF NOT EXISTS trace_head_mv TO trace_head AS
SELECT project_id, trace_id, span_id, is_root, name, kind, status, start_time, end_time, version, release, rollout, arm
FROM spans
ORDER BY is_root DESC, start_time, span_id, version DESC
LIMIT 1 BY project_id, trace_id;
