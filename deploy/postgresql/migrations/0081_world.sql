-- Of which world this database is: people in need, or a training (drill). One row for good; a server of the other world does not
-- start on it. A drill is marked before its first server starts ('ems-admin world drill'); what is not marked is of the real world
-- as soon as a server of that has opened it.
create table dispatch.world (
  only_row boolean primary key default true check (only_row),
  kind text not null check (kind in ('real', 'drill')),
  marked_at timestamptz not null default clock_timestamp()
);

create function dispatch.world_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a database stays of its world' using errcode = 'DF002';
end $$;
create trigger world_kept before update or delete on dispatch.world
  for each row execute function dispatch.world_kept();

-- Marks it when nobody has; what it is marked as.
create function dispatch.world_mark(p_kind text) returns text language plpgsql as $$
begin
  insert into dispatch.world (kind) values (p_kind) on conflict do nothing;
  return (select kind from dispatch.world);
end $$;

-- Of a server of that world that opens the database; empty: it is not marked, and a drill's server does not mark it.
create function dispatch.world_for(p_kind text) returns text language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if p_kind = 'real' and not exists (select from dispatch.world) then
    return dispatch.world_mark(p_kind);
  end if;
  return coalesce((select kind from dispatch.world), '');
end $$;

-- One that is older than the mark: vehicles of a drill that the launcher made are named drl-NN, and nobody's else.
insert into dispatch.world (kind)
  select case when bool_and(vid like 'drl-%') then 'drill' else 'real' end from registry.vehicle having count(*) > 0;

revoke execute on function dispatch.world_kept(), dispatch.world_mark(text), dispatch.world_for(text) from public;
grant execute on function dispatch.world_for(text) to ems_dispatch;
grant select on dispatch.world to ems_dispatch, ems_report;
