-- Two calls about one event. The second is suggested to be the same as the first; who says so merges them: the second incident
-- ends and names the first, and keeps its own call, number, words and identity.
alter table dispatch.incident
  add column same_as bigint references dispatch.incident check (same_as <> id),
  add column merged_into bigint references dispatch.incident check (merged_into <> id),
  add constraint merged_has_ended check (merged_into is null or state in ('closed', 'cancelled'));

-- As in 0064, with these and the keyed hash of the caller's number: what finds a second call of the same telephone.
create or replace function dispatch.incident_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'level', level, 'complaint', complaint,
      'address', address, 'lat_e7', lat_e7, 'lon_e7', lon_e7, 'place_source', place_source, 'sex', sex, 'age', age_years, 'age_months', age_months,
      'phone', phone_masked, 'state', state, 'created', dispatch.us(created_at), 'ended', dispatch.us(ended_at),
      'version', version, 'kind', kind, 'planned', dispatch.us(planned_at), 'destination', coalesce(destination_id, 0),
      'units_wanted', units_wanted, 'need_class', need_class, 'need_capabilities', need_capabilities,
      'need_isolation', need_isolation, 'same_as', coalesce(same_as, 0), 'merged_into', coalesce(merged_into, 0),
      'caller', coalesce((select encode(p.phone_index, 'hex') from dispatch.patient_identity p where p.incident_id = i.id), ''),
      'stamps', dispatch.stamp_rows(id)) order by id), '[]')
    from dispatch.incident i where id = any (p_ids)
$$;

-- As in 0060, with what it may be the same as.
create or replace function dispatch.op_open(op jsonb, p_actor text) returns void language plpgsql as $$
begin
  insert into dispatch.incident (id, region, number, day, level, complaint, address, lat_e7, lon_e7, place_source, sex,
                                 age_years, age_months, phone_masked, kind, planned_at, destination_id, units_wanted, need_class,
                                 need_capabilities, need_isolation, same_as)
    values ((op->>'incident')::bigint, op->>'region', op->>'number', (op->>'day')::date, (op->>'level')::smallint,
            op->>'complaint', op->>'address', (op->>'lat_e7')::integer, (op->>'lon_e7')::integer, op->>'place_source',
            op->>'sex', (op->>'age')::smallint, (op->>'age_months')::smallint, op->>'phone_masked', op->>'kind', dispatch.ts((op->>'planned')::bigint),
            nullif((op->>'destination')::bigint, 0), (op->>'units_wanted')::smallint, op->>'need_class',
            op->>'need_capabilities', op->>'need_isolation', nullif((op->>'same_as')::bigint, 0));
  insert into dispatch.call (id, incident_id, ring_at, answered_at, taken_by)
    values ((op->>'call')::bigint, (op->>'incident')::bigint, dispatch.ts((op->>'ring')::bigint),
            dispatch.ts((op->>'answered')::bigint), p_actor);
  insert into dispatch.patient_identity (incident_id, name_sealed, phone_sealed, phone_index)
    values ((op->>'incident')::bigint, decode(op->>'name_sealed', 'hex'), decode(op->>'phone_sealed', 'hex'),
            decode(op->>'phone_index', 'hex'));
end $$;

-- As in 0049, with both.
create or replace function dispatch.op_incident(op jsonb) returns void language plpgsql as $$
begin
  update dispatch.incident
     set state = op->>'state', level = (op->>'level')::smallint, complaint = op->>'complaint', address = op->>'address',
         lat_e7 = (op->>'lat_e7')::integer, lon_e7 = (op->>'lon_e7')::integer, place_source = op->>'place_source',
         planned_at = dispatch.ts((op->>'planned')::bigint), units_wanted = (op->>'units_wanted')::smallint,
         need_class = op->>'need_class', need_capabilities = op->>'need_capabilities',
         need_isolation = op->>'need_isolation', outcome = op->>'outcome',
         same_as = nullif((op->>'same_as')::bigint, 0), merged_into = nullif((op->>'merged_into')::bigint, 0),
         ended_at = case when op->>'state' in ('closed', 'cancelled') then coalesce(ended_at, clock_timestamp()) end,
         version = version + 1
   where id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'incident % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;
