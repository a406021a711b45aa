-- As in 0067, with what may be corrected of the caller and the patient while the incident is open. Who they are stays sealed and apart
-- (0020): what the operation does not name is left as it is, also by a server of before, which names none of it.
create or replace function dispatch.op_incident(op jsonb) returns void language plpgsql as $$
begin
  update dispatch.incident
     set state = op->>'state', level = (op->>'level')::smallint, complaint = op->>'complaint', address = op->>'address',
         lat_e7 = (op->>'lat_e7')::integer, lon_e7 = (op->>'lon_e7')::integer, place_source = op->>'place_source',
         planned_at = dispatch.ts((op->>'planned')::bigint), units_wanted = (op->>'units_wanted')::smallint,
         need_class = op->>'need_class', need_capabilities = op->>'need_capabilities',
         need_isolation = op->>'need_isolation', outcome = op->>'outcome',
         same_as = nullif((op->>'same_as')::bigint, 0), merged_into = nullif((op->>'merged_into')::bigint, 0),
         sex = coalesce(op->>'sex', sex), age_years = coalesce((op->>'age')::smallint, age_years),
         age_months = case when op ? 'age' then (op->>'age_months')::smallint else age_months end,
         phone_masked = coalesce(op->>'phone_masked', phone_masked),
         ended_at = case when op->>'state' in ('closed', 'cancelled') then coalesce(ended_at, clock_timestamp()) end,
         version = version + 1
   where id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'incident % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
  if op ?| array['name_sealed', 'phone_sealed'] then
    update dispatch.patient_identity
       set name_sealed = coalesce(decode(op->>'name_sealed', 'hex'), name_sealed),
           phone_sealed = coalesce(decode(op->>'phone_sealed', 'hex'), phone_sealed),
           phone_index = case when op ? 'phone_sealed' then decode(op->>'phone_index', 'hex') else phone_index end
     where incident_id = (op->>'id')::bigint;
    if not found then
      raise exception 'no identity is kept for incident %', op->>'id' using errcode = 'DF006';
    end if;
  end if;
end $$;
