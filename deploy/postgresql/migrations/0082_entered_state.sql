-- When a dispatcher entered the state that a unit is in: a button that was pressed before it and came late out of a dead zone does
-- not bring back a unit that was taken out of service meanwhile.
alter table dispatch.unit_state add column entered_at timestamptz;

-- As in 0066, with entered_at.
create or replace function dispatch.unit_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', unit_id, 'state', state, 'since', dispatch.us(since),
      'incident', coalesce(incident_id, 0), 'assignment', coalesce(assignment_id, 0),
      'stamp_assignment', coalesce(stamp_assignment_id, 0), 'hospital', coalesce(hospital_id, 0),
      'version', version, 'crew_until', dispatch.us(crew_until), 'fuel_range_km', fuel_range_km,
      'contaminated', contaminated, 'fuel_at', dispatch.us(fuel_at),
      'told_lat_e7', coalesce(told_lat_e7, 0), 'told_lon_e7', coalesce(told_lon_e7, 0), 'told_at', dispatch.us(told_at),
      'entered_at', dispatch.us(entered_at))
      order by unit_id), '[]')
    from dispatch.unit_state where unit_id = any (p_ids)
$$;

create or replace function dispatch.op_unit(op jsonb, p_actor text) returns void language plpgsql as $$
declare told timestamptz := dispatch.ts((op->>'told_at')::bigint);   -- null: no place is told
begin
  update dispatch.unit_state
     set since = case when state <> (op->>'state')::smallint then clock_timestamp() else since end,
         state = (op->>'state')::smallint, incident_id = nullif((op->>'incident')::bigint, 0),
         assignment_id = nullif((op->>'assignment')::bigint, 0),
         stamp_assignment_id = nullif((op->>'stamp_assignment')::bigint, 0),
         hospital_id = nullif((op->>'hospital')::bigint, 0), crew_until = dispatch.ts((op->>'crew_until')::bigint),
         fuel_range_km = (op->>'fuel_range_km')::integer, contaminated = (op->>'contaminated')::boolean,
         fuel_at = dispatch.ts((op->>'fuel_at')::bigint),
         told_lat_e7 = case when told is not null then (op->>'told_lat_e7')::integer end,
         told_lon_e7 = case when told is not null then (op->>'told_lon_e7')::integer end, told_at = told,
         entered_at = dispatch.ts((op->>'entered_at')::bigint),
         source = op->>'source', actor = p_actor, version = version + 1
   where unit_id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'unit % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;
