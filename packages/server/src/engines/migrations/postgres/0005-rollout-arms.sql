-- What each arm has at each planned share, counted up with every batch of exposures: what a rollout may do next costs
-- the same at any age.
create table rollout_arm (
  project_id int not null,
  rollout text not null,
  planned_share double precision not null,
  arm text not null,
  -- Units seen at this share, and those of them that the arm had not seen before at any share.
  units int not null default 0,
  new_units int not null default 0,
  -- Units of the other arm at this share since this arm's last one.
  waited int not null default 0,
  -- Units whose first failure was at an exposure of this share.
  failed_units int not null default 0,
  primary key (project_id, rollout, planned_share, arm),
  foreign key (project_id, rollout) references rollout on delete cascade
);

create index rollout_unit_arm on rollout_unit (project_id, rollout, unit, arm);

insert into rollout_arm (project_id, rollout, planned_share, arm, units, new_units)
select project_id, rollout, planned_share, arm, count(*), count(*) filter (where is_new)
from (
  select u.*, row_number() over (partition by project_id, rollout, unit, arm order by first_seen) = 1 as is_new
  from rollout_unit u
) seen
group by project_id, rollout, planned_share, arm;

insert into rollout_arm as a (project_id, rollout, planned_share, arm, failed_units)
select project_id, rollout, planned_share, arm, count(*) from rollout_failure
group by project_id, rollout, planned_share, arm
on conflict (project_id, rollout, planned_share, arm) do update set failed_units = excluded.failed_units;

-- Completing a rollout and locking what its release has passed are two steps; a process may be killed between them.
alter table rollout add column is_locked boolean not null default false;
update rollout set is_locked = true where state = 'completed';
create index rollout_unlocked on rollout (project_id) where state = 'completed' and not is_locked;
