-- A failure is a group of signals; its stage follows from links and is not stored, except that people archive.
create table failure (
  project_id int not null references project on delete cascade,
  id text not null,
  detector text not null,
  trace_name text not null,
  title text not null,
  archived_at timestamptz,
  archived_reason text,
  created_at timestamptz not null,
  primary key (project_id, id),
  unique (project_id, detector, trace_name)
);

-- Stages as they were reached, for history. Of `verified` and `regressed` this is the only record, with the numbers.
create table failure_stage (
  project_id int not null,
  failure_id text not null,
  at timestamptz not null,
  stage text not null,
  note text not null,
  -- The fix that was verified, or that the failure came back in.
  release text,
  verification jsonb,
  primary key (project_id, failure_id, stage, at),
  foreign key (project_id, failure_id) references failure on delete cascade
);
-- Two requests may find the same proof at once; it is history once.
create unique index failure_stage_proof on failure_stage (project_id, failure_id, stage, release) where release is not null;

-- Everything of the project received before this moment has been examined for signals.
create table examination_cursor (
  project_id int primary key references project on delete cascade,
  received_before timestamptz not null
);
