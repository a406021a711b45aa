-- What dispatchers know of the roads today: closures, floods, slow stretches, each with a beginning and an end. Kept as it
-- was drawn, not as pieces of a road graph, so that it holds on the next map too. A row is never deleted; it ends by its
-- time or by a dispatcher.
create sequence dispatch.road_condition_id;

create table dispatch.road_condition (
  id bigint primary key,
  region text not null references registry.region,
  kind text not null check (kind in ('closure', 'flood', 'slow', 'speed')),
  place text not null check (place in ('stretch', 'area', 'everywhere')),
  points integer[] not null,                     -- latitude and longitude by turns, WGS-84 degrees x 1e7
  ways text not null default 'both' check (ways in ('both', 'along')),
  classes text[] not null default '{}',          -- of roads; none: all
  road text not null default '' check (length(road) <= 100),
  value double precision not null default 0,     -- slow: times the usual time; speed: km/h
  from_at timestamptz not null,
  until_at timestamptz,                          -- null: until somebody ends it
  reason text not null check (length(reason) between 1 and 500),
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  ended_at timestamptz,                          -- by a dispatcher
  ended_by text not null default '',
  end_reason text not null default '' check (length(end_reason) <= 500),
  term bigint not null,
  version bigint not null default 1,
  check (cardinality(points) % 2 = 0 and cardinality(points) <= 4000),
  check ((place = 'everywhere') = (cardinality(points) = 0)),
  check (cardinality(classes) <= 16),
  check (kind <> 'slow' or value between 1 and 20),
  check (kind <> 'speed' or value between 1 and 120),
  check (until_at is null or until_at > from_at),
  check ((ended_at is null) = (ended_by = ''))
);
create index road_condition_live on dispatch.road_condition (region, id) where ended_at is null;

create function dispatch.road_condition_changed() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null or
     (new.id, new.region, new.kind, new.place, new.points, new.ways, new.classes, new.road, new.value, new.from_at,
      new.until_at, new.reason, new.created_at, new.created_by, new.term) is distinct from
     (old.id, old.region, old.kind, old.place, old.points, old.ways, old.classes, old.road, old.value, old.from_at,
      old.until_at, old.reason, old.created_at, old.created_by, old.term) then
    raise exception 'a condition of a road only ends' using errcode = 'DF002';
  end if;
  return new;
end $$;
create trigger road_condition_changed before update on dispatch.road_condition
  for each row execute function dispatch.road_condition_changed();

create function dispatch.road_condition_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'place', place, 'points', to_jsonb(points), 'ways', ways,
      'classes', to_jsonb(classes), 'road', road, 'value', value, 'from', dispatch.us(from_at), 'until', dispatch.us(until_at),
      'reason', reason, 'created', dispatch.us(created_at), 'created_by', created_by, 'ended', dispatch.us(ended_at),
      'ended_by', ended_by, 'end_reason', end_reason, 'version', version) order by id), '[]')
    from dispatch.road_condition where id = any (p_ids)
$$;

-- Those that hold now or will.
create function dispatch.road_conditions(p_region text) returns jsonb language sql stable as $$
  select dispatch.road_condition_rows((select array_agg(id) from dispatch.road_condition
    where region = p_region and ended_at is null and (until_at is null or until_at > clock_timestamp())))
$$;

-- Both write through the one door (dispatch.apply) what belongs to every request, its key and its audit, and the row in the
-- same transaction under the same term. DF001, DF004 as in 0020; DF007: as many as a server takes hold already.
create function dispatch.road_condition_add(p_term bigint, p_actor text, p_ops jsonb, p_region text, p_row jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform dispatch.apply(p_term, p_actor, p_ops);
  if (select count(*) from dispatch.road_condition
       where region = p_region and ended_at is null and (until_at is null or until_at > clock_timestamp())) >= 500 then
    raise exception 'too many conditions of roads' using errcode = 'DF007';
  end if;
  insert into dispatch.road_condition (id, region, kind, place, points, ways, classes, road, value, from_at, until_at, reason,
                                       created_by, term)
    values ((p_row->>'id')::bigint, p_region, p_row->>'kind', p_row->>'place',
            array(select n::integer from jsonb_array_elements_text(p_row->'points') with ordinality e (n, i) order by i),
            p_row->>'ways', array(select c from jsonb_array_elements_text(p_row->'classes') c), p_row->>'road',
            (p_row->>'value')::double precision, dispatch.ts((p_row->>'from')::bigint), dispatch.ts((p_row->>'until')::bigint),
            p_row->>'reason', p_actor, p_term);
  return dispatch.road_condition_rows(array[(p_row->>'id')::bigint]);
end $$;

-- DF003: another version, or it has ended.
create function dispatch.road_condition_end(p_term bigint, p_actor text, p_ops jsonb, p_id bigint, p_version bigint,
                                            p_reason text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform dispatch.apply(p_term, p_actor, p_ops);
  update dispatch.road_condition
     set ended_at = clock_timestamp(), ended_by = p_actor, end_reason = p_reason, version = version + 1
   where id = p_id and version = p_version and ended_at is null;
  if not found then
    raise exception 'condition % changed meanwhile', p_id using errcode = 'DF003';
  end if;
  return dispatch.road_condition_rows(array[p_id]);
end $$;

revoke execute on function dispatch.road_condition_changed(), dispatch.road_condition_rows(bigint[]),
  dispatch.road_conditions(text), dispatch.road_condition_add(bigint, text, jsonb, text, jsonb),
  dispatch.road_condition_end(bigint, text, jsonb, bigint, bigint, text) from public;
grant execute on function dispatch.road_condition_rows(bigint[]), dispatch.road_conditions(text),
  dispatch.road_condition_add(bigint, text, jsonb, text, jsonb),
  dispatch.road_condition_end(bigint, text, jsonb, bigint, bigint, text) to ems_dispatch;
grant usage on sequence dispatch.road_condition_id to ems_dispatch;
grant select on dispatch.road_condition to ems_dispatch, ems_report;
