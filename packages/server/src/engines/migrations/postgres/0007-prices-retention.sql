-- What a model costs in this project, from a moment on: US dollars for a million tokens, and for each call.
create table price (
  project_id int not null references project on delete cascade,
  id uuid not null,
  model text not null,
  provider text,
  valid_from timestamptz not null,
  input_usd double precision not null,
  cache_read_usd double precision,
  cache_write_usd double precision,
  output_usd double precision not null,
  request_usd double precision not null,
  created_at timestamptz not null,
  primary key (project_id, id)
);
create unique index price_pattern on price (project_id, lower(model), lower(coalesce(provider, '')), valid_from);

-- The newest computing of costs anew; with `cursor`, a process that was killed goes on where it was.
create table reprice (
  project_id int primary key references project on delete cascade,
  from_at timestamptz not null,
  to_at timestamptz not null,
  state text not null check (state in ('running', 'done', 'failed')),
  total int not null,
  checked int not null,
  changed int not null,
  cursor jsonb,
  error text,
  started_at timestamptz not null,
  finished_at timestamptz
);

alter table project add column retention_days int;

-- Deletions that are not finished. The project may be gone already: no foreign key.
create table deletion (
  id uuid primary key,
  project_id int not null,
  kind text not null check (kind in ('trace', 'user', 'project')),
  -- The trace's id, the user's, or the project's slug.
  subject text not null,
  erases_cases boolean not null,
  requested_at timestamptz not null
);
