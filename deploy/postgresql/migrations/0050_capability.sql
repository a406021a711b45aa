-- What the registry knows for the choice of a unit beside its place: what crew and equipment can do, home zones, and whom
-- to telephone when no unit is near enough. And from history: how long tasks took from each of their states on.
alter table registry.unit
  add column capabilities text not null default '' check (capabilities ~ '^([a-z_]+(,[a-z_]+)*)?$' and length(capabilities) <= 200);
alter table registry.station
  add column zone text not null default '' check (length(zone) <= 64);

create table registry.partner (
  id bigint generated always as identity primary key,
  region text not null references registry.region,
  name text not null unique check (length(name) between 1 and 100),
  phone text not null check (phone ~ '^[0-9+ -]{3,32}$'),
  place geography(Point, 4326) not null
);

-- Seconds from entering a state on task until the unit was free, of tasks that reached the scene, newest first; at most
-- p_each of a state, out of the newest 10,000 changes. From the newest on, so that the least id of those passed is kept and not sought anew.
create function dispatch.release_samples(p_each integer) returns table (state smallint, seconds integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recent as (
    select h.id, h.unit_id, h.from_state, h.to_state, h.at,
           min(case when h.from_state between 2 and 9 and h.to_state not between 2 and 9 then h.id end)
             over (partition by h.unit_id order by h.id desc rows between unbounded preceding and 1 preceding) as freed_id
      from dispatch.unit_history h
     where h.id > (select coalesce(max(id), 0) - 10000 from dispatch.unit_history)),
  took as (
    select r.to_state as state, extract(epoch from f.at - r.at)::integer as seconds,
           row_number() over (partition by r.to_state order by r.id desc) as n
      from recent r join recent f on f.id = r.freed_id
     where r.to_state between 2 and 9 and f.from_state between 5 and 9 and f.to_state <> 12)
  select state, seconds from took where n <= p_each
$$;

revoke execute on function dispatch.release_samples(integer) from public;
grant execute on function dispatch.release_samples(integer) to ems_dispatch, ems_report;
grant select on registry.partner to ems_dispatch, ems_report;
