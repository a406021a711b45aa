-- The case archive, and the end of what is not in it. ems-telemetryd copies what a closed case's vehicles measured into
-- archive.*, and lets daily partitions go when they are older than the configured days. It owns no table and may delete
-- nothing: partitions go through two functions below, which refuse while a case still needs the day.
create schema archive;

-- What telemetry may know of a case: which vehicle, from when to when. Nothing of the patient, the place or the caller.
-- The vehicle is the one that was ordered; the unit may drive another by now. The margin of five minutes is the greatest
-- error of a device clock that is still believed (telemetry/ingest/limits.h). to_t is null while the task goes on.
create view archive.case_part as
select a.id as assignment_id, a.incident_id, a.unit_id,
       coalesce((select o.vid from dispatch.outbox o where o.assignment_id = a.id and o.kind = 'dispatch'
                  order by o.unit_seq desc limit 1), u.vid) as vid,
       a.created_at - interval '5 minutes' as from_t, a.ended_at + interval '5 minutes' as to_t, i.ended_at as closed_at
  from dispatch.assignment a
  join dispatch.incident i on i.id = a.incident_id
  join registry.unit u on u.id = a.unit_id;
create index assignment_created on dispatch.assignment (created_at);

-- One row for each task of a vehicle in a closed case.
--   copying             slices up to copied_to are in the archive
--   complete            all that the database holds is copied; the vehicle may still hold records of the time
--   complete_with_gaps  given up waiting: `owed` records never came, or nobody said how many the vehicle made (owed 0)
--   verified            known to be whole: nothing is owed, and each record was compared with its original
create table archive.case_copy (
  assignment_id bigint primary key,
  incident_id bigint not null,
  unit_id bigint not null,
  vid text not null,
  from_t timestamptz not null,
  to_t timestamptz not null check (to_t > from_t),
  closed_at timestamptz not null,
  state text not null default 'copying' check (state in ('copying', 'complete', 'complete_with_gaps', 'verified')),
  copied_to timestamptz not null,
  positions bigint not null default 0,          -- records in the archive
  vitals bigint not null default 0,
  waves bigint not null default 0,
  events bigint not null default 0,
  owed bigint not null default 0,               -- made by the vehicle in the window, neither here nor declared lost
  not_kept bigint not null default 0,           -- declared lost by the vehicle (telemetry.gap)
  looked_at timestamptz,
  settled_at timestamptz check ((settled_at is not null) = (state in ('verified', 'complete_with_gaps')))
);
create index case_copy_open on archive.case_copy (looked_at nulls first) where settled_at is null;
create index case_copy_incident on archive.case_copy (incident_id);

-- Records as they came, key and bytes: the columns of telemetry.* and the task. A later column there is added here too.
-- One vehicle's tasks may overlap by their margins, so the task stands last in the key, and the key serves reading by
-- vehicle and time as well.
create table archive.case_position (like telemetry.position including constraints including storage,
  assignment_id bigint not null references archive.case_copy, primary key (vid, t, spool, seq, assignment_id));
create table archive.case_vitals (like telemetry.vitals including constraints including storage,
  assignment_id bigint not null references archive.case_copy, primary key (vid, t, spool, seq, assignment_id));
create table archive.case_wave (like telemetry.wave including constraints including storage,
  assignment_id bigint not null references archive.case_copy, primary key (vid, t, spool, seq, assignment_id));
create table archive.case_event (
  vid text not null,
  spool bigint not null,
  seq bigint not null,
  t_us bigint not null,
  clk smallint not null,
  received_at timestamptz not null,
  event_id text not null,
  body bytea not null,
  assignment_id bigint not null references archive.case_copy,
  primary key (vid, spool, seq, assignment_id)
);
create table archive.case_gap (like telemetry.gap including constraints,
  assignment_id bigint not null references archive.case_copy,
  primary key (vid, spool, stream, from_seq, to_seq, assignment_id));

-- Events by time. Of one whose clock was never set only the time of receipt tells anything.
create index inbox_time on telemetry.inbox (vid, t_us);
-- Events are rare: the one before a window may be days older. By spool it is found in one step, however long the past is.
create index inbox_spool_time on telemetry.inbox (vid, spool, t_us);
create index inbox_clockless on telemetry.inbox (vid, received_at) where clk = 0;

-- ------------------------------------------------------------------------------------------------ what is still owed
-- Which records of each stream a vehicle made in a window, as ranges of seq. The edges are the neighbours' numbers: the
-- window may begin or end with records that are missing. Spools without marks (terminals) have no dense numbers and none
-- are told. Of the present spool the vehicle says how many it has made; what has not come of it and could lie in the
-- window counts.
create function archive.seq_spans(p_vid text, p_from timestamptz, p_to timestamptz)
returns table (stream smallint, spool bigint, low bigint, high bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with mark as (
    select s.stream, l.spool, s.made, coalesce(m.upto, 0) as upto
      from telemetry.vehicle_link l
      cross join lateral (values (1::smallint, l.made_a), (2::smallint, l.made_g), (3::smallint, l.made_v),
                                 (4::smallint, l.made_w)) s(stream, made)
      left join telemetry.ingest_mark m on m.vid = l.vid and m.spool = l.spool and m.stream = s.stream
     where l.vid = p_vid and s.made > 0
    union all
    select m.stream, m.spool, 0, m.upto
      from telemetry.ingest_mark m
     where m.vid = p_vid and m.updated_at >= p_from
       and not exists (select from telemetry.vehicle_link l where l.vid = m.vid and l.spool = m.spool
                         and case m.stream when 1 then l.made_a when 2 then l.made_g
                                           when 3 then l.made_v else l.made_w end > 0)),
  edge as (
    select m.stream, m.spool, m.made, m.upto, i.low, i.high, b.seq as before, a.seq as after
      from mark m
      cross join lateral (
        select min(r.seq) as low, max(r.seq) as high from (
          select p.seq from telemetry.position p where m.stream = 2 and p.vid = p_vid and p.spool = m.spool
             and p.t >= p_from and p.t < p_to
          union all
          select v.seq from telemetry.vitals v where m.stream = 3 and v.vid = p_vid and v.spool = m.spool
             and v.t >= p_from and v.t < p_to
          union all
          select w.seq from telemetry.wave w where m.stream = 4 and w.vid = p_vid and w.spool = m.spool
             and w.t >= p_from and w.t < p_to
          union all
          select e.seq from telemetry.inbox e where m.stream = 1 and e.vid = p_vid and e.spool = m.spool
             and e.t_us >= (extract(epoch from p_from) * 1000000)::bigint and e.t_us < (extract(epoch from p_to) * 1000000)::bigint) r) i
      left join lateral (
        (select p.seq from telemetry.position p where m.stream = 2 and p.vid = p_vid and p.spool = m.spool
            and p.t < p_from and p.t >= p_from - interval '1 day' order by p.t desc limit 1)
        union all
        (select v.seq from telemetry.vitals v where m.stream = 3 and v.vid = p_vid and v.spool = m.spool
            and v.t < p_from and v.t >= p_from - interval '1 day' order by v.t desc limit 1)
        union all
        (select w.seq from telemetry.wave w where m.stream = 4 and w.vid = p_vid and w.spool = m.spool
            and w.t < p_from and w.t >= p_from - interval '1 day' order by w.t desc limit 1)
        union all
        (select e.seq from telemetry.inbox e where m.stream = 1 and e.vid = p_vid and e.spool = m.spool
            and e.t_us < (extract(epoch from p_from) * 1000000)::bigint order by e.t_us desc limit 1)) b on true
      left join lateral (
        (select p.seq from telemetry.position p where m.stream = 2 and p.vid = p_vid and p.spool = m.spool
            and p.t >= p_to and p.t < p_to + interval '1 day' order by p.t limit 1)
        union all
        (select v.seq from telemetry.vitals v where m.stream = 3 and v.vid = p_vid and v.spool = m.spool
            and v.t >= p_to and v.t < p_to + interval '1 day' order by v.t limit 1)
        union all
        (select w.seq from telemetry.wave w where m.stream = 4 and w.vid = p_vid and w.spool = m.spool
            and w.t >= p_to and w.t < p_to + interval '1 day' order by w.t limit 1)
        union all
        (select e.seq from telemetry.inbox e where m.stream = 1 and e.vid = p_vid and e.spool = m.spool
            and e.t_us >= (extract(epoch from p_to) * 1000000)::bigint order by e.t_us limit 1)) a on true)
  select n.stream, n.spool, n.low, n.high
    from (select e.stream, e.spool,
                 coalesce(least(e.before + 1, e.low), case when e.made > 0 then e.upto + 1 end) as low,
                 greatest(e.high, coalesce(e.after - 1, e.made)) as high
            from edge e) n
   where n.low <= n.high
$$;

-- Of a window: records that were made and are neither committed nor declared lost, and those declared lost.
create function archive.owed(p_vid text, p_from timestamptz, p_to timestamptz, out owed bigint, out not_kept bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with span as (
    select s.stream, s.spool, int8multirange(int8range(s.low, s.high, '[]')) as made,
           coalesce(m.done, '{}') as done,
           coalesce((select range_agg(int8range(g.from_seq, g.to_seq, '[]')) from telemetry.gap g
                      where g.vid = p_vid and g.spool = s.spool and g.stream = s.stream), '{}') as gaps
      from archive.seq_spans(p_vid, p_from, p_to) s
      left join telemetry.ingest_mark m on m.vid = p_vid and m.spool = s.spool and m.stream = s.stream)
  select coalesce(sum((select sum(upper(r) - lower(r)) from unnest(made - done - gaps) r)), 0)::bigint,
         coalesce(sum((select sum(upper(r) - lower(r)) from unnest(made * gaps) r)), 0)::bigint
    from span
$$;

-- ------------------------------------------------------------------------------------------------ letting days go
-- A partition that was detached waits here until it is dropped; until then an administrator can attach it again.
create table archive.detached_partition (
  name text primary key check (name ~ '^(position|vitals|wave)_[0-9]{8}$'),
  detached_at timestamptz not null default clock_timestamp(),
  dropped_at timestamptz
);

-- A task whose window touches the day and which is not settled in the case archive: its id, null when there is none. A case
-- that is not closed yet, or not even looked at by the archive, counts.
create function archive.task_that_needs(p_day date) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.assignment_id
    from archive.case_part p left join archive.case_copy c on c.assignment_id = p.assignment_id
   where c.settled_at is null and p.vid is not null
     and p.from_t < (p_day + 1)::timestamp at time zone 'UTC'
     and (p.to_t is null or p.to_t > p_day::timestamp at time zone 'UTC')
   order by p.assignment_id limit 1
$$;

-- Days of a table that have a partition, below a day. Never the default partition nor the untimed one: they have no day.
create function archive.days_before(p_base text, p_before date) returns setof date
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select n.day
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    cross join lateral (select case when c.relname ~ ('^' || p_base || '_[0-9]{8}$')
                                    then to_date(right(c.relname, 8), 'YYYYMMDD') end as day) n
   where i.inhparent = to_regclass('telemetry.' || quote_ident(p_base)) and n.day < p_before
   order by 1
$$;

-- Detaches one day: 'detached', 'absent', 'busy' (the table could not be had within 200 ms; nothing waits longer behind
-- this), or 'task N' (a case needs it). Not CONCURRENTLY: PostgreSQL refuses that for a table with a default partition, and
-- without one a row of an unforeseen day would be refused. It changes the catalogue alone, in a few milliseconds.
create function archive.detach_day(p_base text, p_day date, p_before date) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare part text := p_base || '_' || to_char(p_day, 'YYYYMMDD'); task bigint;
begin
  if p_base not in ('position', 'vitals', 'wave') or p_day >= p_before
     or p_before > (now() at time zone 'UTC')::date - 7 then
    raise exception 'this day may not go' using errcode = 'DF006';
  end if;
  if not exists (select from pg_inherits where inhparent = to_regclass('telemetry.' || p_base)
                   and inhrelid = to_regclass('telemetry.' || part)) then
    return 'absent';
  end if;
  task := archive.task_that_needs(p_day);
  if task is not null then
    return 'task ' || task;
  end if;
  perform set_config('lock_timeout', '200ms', true);
  execute format('alter table telemetry.%I detach partition telemetry.%I', p_base, part);
  insert into archive.detached_partition (name) values (part)
    on conflict (name) do update set detached_at = clock_timestamp(), dropped_at = null;
  return 'detached';
exception when lock_not_available or deadlock_detected then
  return 'busy';
end $$;

-- Drops the table that was detached first, when that was before p_before: its name; '' when there is none or it is in use.
-- What was attached again is left alone, and what a case needs after all stays.
create function archive.drop_detached(p_before timestamptz) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare part text;
begin
  for part in select name from archive.detached_partition where dropped_at is null and detached_at < p_before
               order by detached_at, name loop
    continue when exists (select from pg_inherits where inhrelid = to_regclass('telemetry.' || part));
    continue when archive.task_that_needs(to_date(right(part, 8), 'YYYYMMDD')) is not null;
    perform set_config('lock_timeout', '200ms', true);
    execute format('drop table if exists telemetry.%I', part);
    update archive.detached_partition set dropped_at = clock_timestamp() where name = part;
    return part;
  end loop;
  return '';
exception when lock_not_available or deadlock_detected then
  return '';
end $$;

-- Tables whose default partition holds rows, 'position, wave'; '' when all rows have their days.
create function archive.tables_without_day() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select concat_ws(', ', case when exists (select from telemetry.position_default) then 'position' end,
                         case when exists (select from telemetry.vitals_default) then 'vitals' end,
                         case when exists (select from telemetry.wave_default) then 'wave' end)
$$;

-- ------------------------------------------------------------------------------------------------ rights
revoke execute on all functions in schema archive from public;
grant usage on schema archive to ems_telemetry, ems_dispatch, ems_report;
grant select on archive.case_part, archive.detached_partition to ems_telemetry, ems_report;
grant select, insert, update on archive.case_copy to ems_telemetry;
grant select, insert on archive.case_position, archive.case_vitals, archive.case_wave, archive.case_event, archive.case_gap
  to ems_telemetry;
grant execute on function archive.seq_spans(text, timestamptz, timestamptz), archive.owed(text, timestamptz, timestamptz),
  archive.days_before(text, date), archive.detach_day(text, date, date), archive.drop_detached(timestamptz),
  archive.tables_without_day() to ems_telemetry;
grant select on archive.case_copy to ems_report;
