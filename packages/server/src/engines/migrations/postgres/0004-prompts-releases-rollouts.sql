create table prompt_version (
  project_id int not null references project on delete cascade,
  name text not null,
  version text not null,
  number int not null,
  path text not null,
  content text not null,
  front_matter jsonb not null,
  template text not null,
  commit text,
  message text not null,
  author text not null,
  fixes text[] not null,
  created_at timestamptz not null,
  primary key (project_id, name, version),
  unique (project_id, name, number)
);

create table release (
  project_id int not null references project on delete cascade,
  id text not null,
  number int not null,
  prompts jsonb not null,
  commit text,
  note text not null,
  gate text,
  experiment text,
  forced_because text,
  fixes text[] not null,
  created_at timestamptz not null,
  -- A project's first release is live from the start; every later one only by a completed rollout.
  is_first boolean not null,
  primary key (project_id, id)
);
create unique index release_first on release (project_id) where is_first;

create table rollout (
  project_id int not null references project on delete cascade,
  id text not null,
  number int not null,
  release text not null,
  control text not null,
  state text not null check (state in ('running', 'paused', 'completed', 'aborted')),
  stages jsonb not null,
  stage int not null,
  stage_started_at timestamptz not null,
  alpha double precision not null,
  settings jsonb not null,
  -- The failure-share e-process, so that a restarted server continues with the same evidence.
  process jsonb not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (project_id, id)
);
create unique index rollout_active on rollout (project_id) where state in ('running', 'paused');

-- A unit's first exposure to an arm at a planned share: what sample ratios and minimum units are counted from.
create table rollout_unit (
  project_id int not null,
  rollout text not null,
  planned_share double precision not null,
  unit text not null,
  arm text not null,
  first_seen timestamptz not null,
  primary key (project_id, rollout, planned_share, unit),
  foreign key (project_id, rollout) references rollout on delete cascade
);

-- Each unit's first failure only, with the evidence after it.
create table rollout_failure (
  project_id int not null,
  rollout text not null,
  unit text not null,
  number int not null,
  arm text not null,
  planned_share double precision not null,
  trace_id text not null,
  detector text not null,
  reason text not null,
  simulated boolean not null,
  at timestamptz not null,
  evidence double precision not null,
  primary key (project_id, rollout, unit),
  foreign key (project_id, rollout) references rollout on delete cascade
);

create table rollout_decision (
  project_id int not null,
  rollout text not null,
  number int generated always as identity,
  at timestamptz not null,
  actor text not null,
  action text not null,
  stage int not null,
  percent double precision not null,
  reason text not null,
  primary key (project_id, rollout, number),
  foreign key (project_id, rollout) references rollout on delete cascade
);

-- A release's state follows from its rollouts, so the two can never disagree.
create view release_place as
with went as (
  select r.*,
    case when r.is_first then r.created_at
      else (select max(o.ended_at) from rollout o where o.project_id = r.project_id and o.release = r.id and o.state = 'completed')
    end as live_at,
    (select o.state from rollout o where o.project_id = r.project_id and o.release = r.id order by o.number desc limit 1) as last_rollout
  from release r
)
select went.*,
  case
    when live_at is not null and live_at = max(live_at) over (partition by project_id) then 'live'
    when live_at is not null then 'previous'
    when last_rollout in ('running', 'paused') then 'rolling out'
    when last_rollout = 'aborted' then 'rolled back'
    else 'ready'
  end as state
from went;
