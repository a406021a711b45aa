-- That a neighbour region's centre was asked for a unit, and what it said: who wrote it down, and when. A word is never changed;
-- a later one puts it right. It names no patient.
create table dispatch.incident_neighbour (
  id bigint generated always as identity primary key,
  incident_id bigint not null references dispatch.incident,
  at timestamptz not null default clock_timestamp(),
  written_by text not null,
  display_name text not null,
  name text not null check (octet_length(name) between 1 and 100),
  said text not null check (said in ('asked', 'agreed', 'refused')),
  unit text not null check (octet_length(unit) <= 100),
  eta text not null check (octet_length(eta) <= 100),
  term bigint not null,
  check (said = 'agreed' or (unit = '' and eta = ''))
);
create index incident_neighbour_by_incident on dispatch.incident_neighbour (incident_id, id);

create function dispatch.incident_neighbour_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a word of a neighbour is never changed' using errcode = 'DF002';
end $$;
create trigger incident_neighbour_kept before update or delete on dispatch.incident_neighbour
  for each row execute function dispatch.incident_neighbour_kept();

create function dispatch.neighbour_rows(p_incident bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('at', dispatch.us(n.at), 'who', n.display_name, 'name', n.name, 'said', n.said,
                                               'unit', n.unit, 'eta', n.eta) order by n.id), '[]')
    from dispatch.incident_neighbour n where n.incident_id = p_incident
$$;

-- As in 0079, with what neighbours said.
create or replace function dispatch.incident_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'level', level, 'complaint', complaint,
      'address', address, 'lat_e7', lat_e7, 'lon_e7', lon_e7, 'place_source', place_source, 'sex', sex, 'age', age_years, 'age_months', age_months,
      'phone', phone_masked, 'state', state, 'created', dispatch.us(created_at), 'ended', dispatch.us(ended_at),
      'version', version, 'kind', kind, 'planned', dispatch.us(planned_at), 'destination', coalesce(destination_id, 0),
      'units_wanted', units_wanted, 'need_class', need_class, 'need_capabilities', need_capabilities,
      'need_isolation', need_isolation, 'same_as', coalesce(same_as, 0), 'merged_into', coalesce(merged_into, 0),
      'caller', coalesce((select encode(p.phone_index, 'hex') from dispatch.patient_identity p where p.incident_id = i.id), ''),
      'notes', (select count(*) from dispatch.incident_note n where n.incident_id = i.id),
      'newest_note', dispatch.note_rows(i.id, 1),
      'neighbours', dispatch.neighbour_rows(i.id),
      'stamps', dispatch.stamp_rows(id)) order by id), '[]')
    from dispatch.incident i where id = any (p_ids)
$$;

-- As dispatch.note_add: under the term, with the key, the incident's new version and the audit of the request. Answers as
-- dispatch.apply does, with the incident alone. DF007: it has 20.
create function dispatch.neighbour_add(p_term bigint, p_actor text, p_ops jsonb, p_incident bigint, p_display text, p_name text,
                                       p_said text, p_unit text, p_eta text)
returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform dispatch.apply(p_term, p_actor, p_ops);
  if (select count(*) from dispatch.incident_neighbour where incident_id = p_incident) >= 20 then
    raise exception 'incident % has enough words of neighbours', p_incident using errcode = 'DF007';
  end if;
  insert into dispatch.incident_neighbour (incident_id, written_by, display_name, name, said, unit, eta, term)
    values (p_incident, p_actor, p_display, p_name, p_said, p_unit, p_eta, p_term);
  return jsonb_build_object('units', '[]'::jsonb, 'incidents', dispatch.incident_rows(array[p_incident]), 'assignments', '[]'::jsonb,
                            'commands', '[]'::jsonb, 'postings', '[]'::jsonb, 'proposals', '[]'::jsonb);
end $$;

revoke execute on function dispatch.incident_neighbour_kept(), dispatch.neighbour_rows(bigint),
  dispatch.neighbour_add(bigint, text, jsonb, bigint, text, text, text, text, text) from public;
grant execute on function dispatch.neighbour_rows(bigint),
  dispatch.neighbour_add(bigint, text, jsonb, bigint, text, text, text, text, text) to ems_dispatch;
grant execute on function dispatch.neighbour_rows(bigint) to ems_report;
grant select on dispatch.incident_neighbour to ems_dispatch, ems_report;
