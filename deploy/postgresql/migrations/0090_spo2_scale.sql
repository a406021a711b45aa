-- On which scale NEWS2 reads the saturation of a case's patient: scale 2 only where a physician has confirmed hypercapnic respiratory
-- failure (RCP 2017). Each switch is a row of its own, never changed; the newest counts, and none means scale 1.
create table dispatch.incident_spo2_scale (
  incident_id bigint not null references dispatch.incident,
  version bigint not null check (version > 0),   -- the how many-th switch of the incident
  scale smallint not null check (scale in (1, 2)),
  at timestamptz not null default clock_timestamp(),
  set_by text not null,
  display_name text not null,
  term bigint not null,
  primary key (incident_id, version)
);

create function dispatch.incident_spo2_scale_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a switch of the scale is never changed' using errcode = 'DF002';
end $$;
create trigger incident_spo2_scale_kept before update or delete on dispatch.incident_spo2_scale
  for each row execute function dispatch.incident_spo2_scale_kept();

create function dispatch.spo2_scale_rows(p_incident bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('scale', s.scale, 'at', dispatch.us(s.at), 'who', s.display_name, 'version', s.version)), '[]')
    from (select * from dispatch.incident_spo2_scale where incident_id = p_incident order by version desc limit 1) s
$$;

-- The rows as they were, each with the newest switch: whatever an incident tells besides is not said a second time here.
alter function dispatch.incident_rows(bigint[]) rename to incident_rows_without_scale;
create function dispatch.incident_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(r.incident || jsonb_build_object('spo2_scale', dispatch.spo2_scale_rows((r.incident->>'id')::bigint)) order by r.n), '[]')
    from jsonb_array_elements(dispatch.incident_rows_without_scale(p_ids)) with ordinality r(incident, n)
$$;

-- As dispatch.note_add: under the term, with the key and the audit of the request. DF003: it was switched since `p_version`;
-- DF006: no such incident.
create function dispatch.spo2_scale_set(p_term bigint, p_actor text, p_ops jsonb, p_incident bigint, p_version bigint, p_scale integer,
                                        p_display text)
returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform dispatch.apply(p_term, p_actor, p_ops);
  if not exists (select from dispatch.incident where id = p_incident) then
    raise exception 'no incident %', p_incident using errcode = 'DF006';
  end if;
  if p_version <> (select coalesce(max(version), 0) from dispatch.incident_spo2_scale where incident_id = p_incident) then
    raise exception 'the scale of incident % changed meanwhile', p_incident using errcode = 'DF003';
  end if;
  insert into dispatch.incident_spo2_scale (incident_id, version, scale, set_by, display_name, term)
    values (p_incident, p_version + 1, p_scale, p_actor, p_display, p_term);
  return jsonb_build_object('units', '[]'::jsonb, 'incidents', dispatch.incident_rows(array[p_incident]), 'assignments', '[]'::jsonb,
                            'commands', '[]'::jsonb, 'postings', '[]'::jsonb, 'proposals', '[]'::jsonb);
end $$;

revoke execute on function dispatch.incident_spo2_scale_kept(), dispatch.spo2_scale_rows(bigint), dispatch.incident_rows(bigint[]),
  dispatch.spo2_scale_set(bigint, text, jsonb, bigint, bigint, integer, text) from public;
grant execute on function dispatch.spo2_scale_rows(bigint), dispatch.incident_rows(bigint[]),
  dispatch.spo2_scale_set(bigint, text, jsonb, bigint, bigint, integer, text) to ems_dispatch;
grant execute on function dispatch.spo2_scale_rows(bigint), dispatch.incident_rows(bigint[]) to ems_report;
grant select on dispatch.incident_spo2_scale to ems_dispatch, ems_report;
