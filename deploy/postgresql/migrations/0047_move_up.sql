-- Advice where a free unit should wait (dispatch/core/moveup.h), what became of it, and the history that it is made from.
create sequence dispatch.move_up_id;

create table dispatch.move_up (
  id bigint primary key,
  region text not null references registry.region,
  unit_id bigint not null references registry.unit,
  station_id bigint not null references registry.station,
  drive_s integer not null check (drive_s >= 0),
  expected_before double precision not null check (expected_before between 0 and 1),
  expected_after double precision not null check (expected_after between 0 and 1),
  busy_share double precision not null check (busy_share between 0 and 1),
  moves_today integer not null check (moves_today >= 0),
  moves_max integer not null check (moves_max >= 0),
  state text not null default 'open' check (state in ('open', 'accepted', 'declined', 'superseded')),
  created_at timestamptz not null default clock_timestamp(),
  answered_at timestamptz,
  answered_by text not null default '',
  reason text not null default '' check (length(reason) <= 500),
  term bigint not null,
  version bigint not null default 1,
  check ((answered_at is null) = (state = 'open')),
  check (state <> 'declined' or reason <> '')
);
create unique index one_open_move_up on dispatch.move_up (region) where state = 'open';
create index move_up_answered on dispatch.move_up (unit_id, answered_at) where state in ('accepted', 'declined');

create function dispatch.move_up_changed() returns trigger language plpgsql as $$
begin
  if old.state <> 'open' or
     (new.id, new.region, new.unit_id, new.station_id, new.drive_s, new.expected_before, new.expected_after, new.busy_share,
      new.moves_today, new.moves_max, new.created_at, new.term) is distinct from
     (old.id, old.region, old.unit_id, old.station_id, old.drive_s, old.expected_before, old.expected_after, old.busy_share,
      old.moves_today, old.moves_max, old.created_at, old.term) then
    raise exception 'an advice is answered once' using errcode = 'DF002';
  end if;
  return new;
end $$;
create trigger move_up_changed before update on dispatch.move_up
  for each row execute function dispatch.move_up_changed();

create function dispatch.move_up_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'unit', unit_id, 'station', station_id, 'drive', drive_s,
      'before', expected_before, 'after', expected_after, 'busy', busy_share, 'moves_today', moves_today,
      'moves_max', moves_max, 'state', state, 'created', dispatch.us(created_at), 'answered', dispatch.us(answered_at),
      'answered_by', answered_by, 'reason', reason, 'version', version) order by id), '[]')
    from dispatch.move_up where id = any (p_ids)
$$;

-- The open advice, and those answered within a day: they say which units were moved, and what was declined.
create function dispatch.move_ups(p_region text) returns jsonb language sql stable as $$
  select dispatch.move_up_rows((select array_agg(id) from dispatch.move_up
    where region = p_region and (state = 'open' or (state in ('accepted', 'declined')
                                                    and answered_at > clock_timestamp() - interval '24 hours'))))
$$;

-- A new advice takes the place of the open one; without p_row there is none any more. Under the leader's term.
create function dispatch.move_up_advise(p_term bigint, p_region text, p_row jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint;
begin
  perform dispatch.fence(p_term);
  update dispatch.move_up set state = 'superseded', answered_at = clock_timestamp(), version = version + 1
   where region = p_region and state = 'open' returning id into gone;
  if p_row is null then
    return dispatch.move_up_rows(array[gone]);
  end if;
  insert into dispatch.move_up (id, region, unit_id, station_id, drive_s, expected_before, expected_after, busy_share, moves_today,
                                moves_max, term)
    values (nextval('dispatch.move_up_id'), p_region, (p_row->>'unit')::bigint, (p_row->>'station')::bigint,
            (p_row->>'drive')::integer, (p_row->>'before')::double precision, (p_row->>'after')::double precision,
            (p_row->>'busy')::double precision, (p_row->>'moves_today')::integer, (p_row->>'moves_max')::integer, p_term)
    returning id into gone;
  return dispatch.move_up_rows(array[gone]);
end $$;

-- A dispatcher's answer, with the key and the audit of his request. DF003: another version, or it is not open.
create function dispatch.move_up_answer(p_term bigint, p_actor text, p_ops jsonb, p_id bigint, p_version bigint, p_state text,
                                        p_reason text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform dispatch.apply(p_term, p_actor, p_ops);
  update dispatch.move_up
     set state = p_state, answered_at = clock_timestamp(), answered_by = p_actor, reason = p_reason, version = version + 1
   where id = p_id and version = p_version and state = 'open' and p_state in ('accepted', 'declined');
  if not found then
    raise exception 'advice % changed meanwhile', p_id using errcode = 'DF003';
  end if;
  return dispatch.move_up_rows(array[p_id]);
end $$;

-- ------------------------------------------------------------------------------------------------ history
create index unit_history_at on dispatch.unit_history (at);

-- Calls of the past by place, in squares of 0.005 degrees, and hour of the region's civil time (UTC+8 all year).
create function dispatch.call_history(p_region text, p_days integer)
returns table (lat_e7 integer, lon_e7 integer, hour integer, calls bigint)
language sql stable as $$
  select (round(i.lat_e7 / 50000.0) * 50000)::integer, (round(i.lon_e7 / 50000.0) * 50000)::integer,
         extract(hour from i.created_at at time zone 'UTC' + interval '8 hours')::integer, count(*)
    from dispatch.incident i
   where i.region = p_region and i.created_at > clock_timestamp() - make_interval(days => p_days) and i.state <> 'cancelled'
   group by 1, 2, 3 order by 4 desc limit 20000
$$;

-- Hours of all units, and how many of them from the order to the handover (states 2 to 9). What a unit did before the first
-- change of its state within the days is what that change came from; one without any change says nothing.
create function dispatch.busy_history(p_region text, p_days integer) returns table (busy_h double precision, unit_h double precision)
language sql stable as $$
  with began as (select clock_timestamp() - make_interval(days => p_days) as at),
  change as (
    select h.unit_id, h.at, h.from_state, h.to_state,
           lead(h.at, 1, clock_timestamp()) over w as until, row_number() over w = 1 as is_first
      from dispatch.unit_history h
      join registry.unit u on u.id = h.unit_id join registry.station s on s.id = u.station_id and s.region = p_region
     where h.at > (select at from began)
    window w as (partition by h.unit_id order by h.id)),
  known as (
    select unit_id, exists (select from dispatch.unit_history e where e.unit_id = c.unit_id and e.at <= (select at from began))
             as is_older
      from change c where is_first),
  stretch as (
    select extract(epoch from until - at) / 3600 as h, to_state between 2 and 9 as busy from change
    union all
    select extract(epoch from c.at - (select at from began)) / 3600, c.from_state between 2 and 9
      from change c join known k on k.unit_id = c.unit_id where c.is_first and k.is_older)
  select coalesce(sum(h) filter (where busy), 0)::double precision, coalesce(sum(h), 0)::double precision from stretch
$$;

revoke execute on function dispatch.move_up_changed(), dispatch.move_up_rows(bigint[]), dispatch.move_ups(text),
  dispatch.move_up_advise(bigint, text, jsonb), dispatch.move_up_answer(bigint, text, jsonb, bigint, bigint, text, text),
  dispatch.call_history(text, integer), dispatch.busy_history(text, integer) from public;
grant execute on function dispatch.move_up_rows(bigint[]), dispatch.move_ups(text), dispatch.move_up_advise(bigint, text, jsonb),
  dispatch.move_up_answer(bigint, text, jsonb, bigint, bigint, text, text), dispatch.call_history(text, integer),
  dispatch.busy_history(text, integer) to ems_dispatch;
grant usage on sequence dispatch.move_up_id to ems_dispatch;
grant select on dispatch.move_up to ems_dispatch, ems_report;
