-- A lock is on what a case asks and expects: SHA-256 of its input and reference. Tags may change; another question is
-- another case. Empty for what was stored before there were such digests.
alter table case_revision add column asked text not null default '';
alter table locked_case add column asked text not null default '';
alter table locked_case drop constraint locked_case_pkey;
alter table locked_case add primary key (project_id, dataset, case_id, asked);
