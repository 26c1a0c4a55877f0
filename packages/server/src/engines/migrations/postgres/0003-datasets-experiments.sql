create table dataset (
  project_id int not null references project on delete cascade,
  name text not null,
  description text not null,
  latest_version int not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, name)
);

create table dataset_version (
  project_id int not null,
  dataset text not null,
  version int not null,
  message text not null,
  author text not null,
  created_at timestamptz not null,
  case_count int not null,
  added int not null,
  changed int not null,
  removed int not null,
  primary key (project_id, dataset, version),
  foreign key (project_id, dataset) references dataset on delete cascade
);

-- A case as it was from one version until before another (null: still). A version copies nothing that it leaves alone.
create table case_revision (
  project_id int not null,
  dataset text not null,
  case_id text not null,
  valid_from int not null,
  valid_until int,
  -- Order of first appearance; kept when the case changes.
  position int not null,
  -- SHA-256 of the content with sorted keys: equal means unchanged.
  digest text not null,
  -- `json`, not `jsonb`: inputs keep their key order, and escaped NULs are allowed.
  content json not null,
  failure text,
  source_trace_id text,
  primary key (project_id, dataset, case_id, valid_from),
  foreign key (project_id, dataset) references dataset on delete cascade
);
create index case_revision_current on case_revision (project_id, dataset, position) where valid_until is null;
create index case_revision_failure on case_revision (project_id, failure) where failure is not null;
create index case_revision_trace on case_revision (project_id, source_trace_id) where source_trace_id is not null;

create table locked_case (
  project_id int not null,
  dataset text not null,
  case_id text not null,
  passes int not null,
  trials int not null,
  since timestamptz not null,
  primary key (project_id, dataset, case_id),
  foreign key (project_id, dataset) references dataset on delete cascade
);

create table experiment (
  project_id int not null references project on delete cascade,
  id text not null,
  number int not null,
  name text not null,
  dataset text not null,
  dataset_version int not null,
  target json not null,
  metrics json not null,
  trials int not null,
  is_deterministic boolean not null,
  state text not null check (state in ('running', 'finished')),
  failures text[] not null,
  -- Of the metrics, when finished.
  summary json,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (project_id, id),
  foreign key (project_id, dataset, dataset_version) references dataset_version
);
create index experiment_dataset on experiment (project_id, dataset, number);

create table trial_result (
  project_id int not null,
  experiment text not null,
  case_id text not null,
  trial int not null,
  outcome text not null,
  content json not null,
  primary key (project_id, experiment, case_id, trial),
  foreign key (project_id, experiment) references experiment on delete cascade
);

create table gate (
  project_id int not null references project on delete cascade,
  id text not null,
  number int not null,
  candidate text not null,
  baseline text not null,
  failures text[] not null,
  look int not null,
  planned_looks int not null,
  -- Of the results and criteria: the same evidence again is no further look.
  evidence text not null,
  decision json not null,
  created_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, candidate) references experiment,
  foreign key (project_id, baseline) references experiment
);
create index gate_candidate on gate (project_id, candidate, number);
