-- Timestamps leave the database as ISO 8601 in UTC with milliseconds, whatever the driver makes of timestamptz.
create function iso(at timestamptz) returns text language sql immutable
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

create table project (
  id int generated always as identity primary key,
  slug text not null unique,
  name text not null,
  sample boolean not null default false,
  created_at timestamptz not null,
  activity jsonb,
  first_span_at timestamptz
);

create table api_key (
  id uuid primary key,
  name text not null,
  prefix text not null,
  -- SHA-256 of the secret: 256 random bits need no slow hash.
  secret_hash text not null unique,
  project_id int references project on delete cascade,
  created_at timestamptz not null,
  last_used_at timestamptz
);

-- Ids that people say: F-12, E-31, G-4, R-3, RO-2 count up within their project.
create table sequence_number (
  project_id int not null references project on delete cascade,
  prefix text not null,
  last int not null,
  primary key (project_id, prefix)
);
