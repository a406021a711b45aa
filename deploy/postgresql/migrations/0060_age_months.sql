-- The age of an infant is known in months: 0 years was unknown until now, and of an unknown age the limits are an adult's.
alter table dispatch.incident add column age_months smallint
  check (age_months between 0 and 1811 and age_months / 12 = age_years);

-- As in 0049, with the months.
create or replace function dispatch.incident_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'level', level, 'complaint', complaint,
      'address', address, 'lat_e7', lat_e7, 'lon_e7', lon_e7, 'place_source', place_source, 'sex', sex, 'age', age_years,
      'age_months', age_months,
      'phone', phone_masked, 'state', state, 'created', dispatch.us(created_at), 'version', version,
      'kind', kind, 'planned', dispatch.us(planned_at), 'destination', coalesce(destination_id, 0),
      'units_wanted', units_wanted, 'need_class', need_class, 'need_capabilities', need_capabilities,
      'need_isolation', need_isolation, 'stamps', dispatch.stamp_rows(id)) order by id), '[]')
    from dispatch.incident where id = any (p_ids)
$$;
create or replace function dispatch.op_open(op jsonb, p_actor text) returns void language plpgsql as $$
begin
  insert into dispatch.incident (id, region, number, day, level, complaint, address, lat_e7, lon_e7, place_source, sex,
                                 age_years, age_months, phone_masked, kind, planned_at, destination_id, units_wanted, need_class,
                                 need_capabilities, need_isolation)
    values ((op->>'incident')::bigint, op->>'region', op->>'number', (op->>'day')::date, (op->>'level')::smallint,
            op->>'complaint', op->>'address', (op->>'lat_e7')::integer, (op->>'lon_e7')::integer, op->>'place_source',
            op->>'sex', (op->>'age')::smallint, (op->>'age_months')::smallint, op->>'phone_masked', op->>'kind', dispatch.ts((op->>'planned')::bigint),
            nullif((op->>'destination')::bigint, 0), (op->>'units_wanted')::smallint, op->>'need_class',
            op->>'need_capabilities', op->>'need_isolation');
  insert into dispatch.call (id, incident_id, ring_at, answered_at, taken_by)
    values ((op->>'call')::bigint, (op->>'incident')::bigint, dispatch.ts((op->>'ring')::bigint),
            dispatch.ts((op->>'answered')::bigint), p_actor);
  insert into dispatch.patient_identity (incident_id, name_sealed, phone_sealed, phone_index)
    values ((op->>'incident')::bigint, decode(op->>'name_sealed', 'hex'), decode(op->>'phone_sealed', 'hex'),
            decode(op->>'phone_index', 'hex'));
end $$;
