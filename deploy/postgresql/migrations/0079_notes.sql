-- What people at desks write to a case: that the caller rang again, that a relative holds a key. It is never changed; another
-- note puts it right. A note may name a patient: who only counts cases reads when and by whom, not what.
create table dispatch.incident_note (
  id bigint generated always as identity primary key,
  incident_id bigint not null references dispatch.incident,
  at timestamptz not null default clock_timestamp(),
  written_by text not null,
  display_name text not null,
  text text not null check (char_length(text) between 1 and 500),
  term bigint not null
);
create index incident_note_by_incident on dispatch.incident_note (incident_id, id);

create function dispatch.incident_note_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a note is never changed' using errcode = 'DF002';
end $$;
create trigger incident_note_kept before update or delete on dispatch.incident_note
  for each row execute function dispatch.incident_note_kept();

create function dispatch.note_rows(p_incident bigint, p_most integer) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'at', dispatch.us(n.at), 'who', n.display_name, 'text', n.text)
                            order by n.id), '[]')
    from (select * from dispatch.incident_note where incident_id = p_incident order by id desc limit p_most) n
$$;

-- As in 0067, with how many notes there are and the newest.
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
      'stamps', dispatch.stamp_rows(id)) order by id), '[]')
    from dispatch.incident i where id = any (p_ids)
$$;

-- As dispatch.alarm_mark_add: under the term, with the key and the audit of the request, which do not hold the text. Answers as
-- dispatch.apply does, with the incident alone. DF006: no such incident; DF007: it has 500.
create function dispatch.note_add(p_term bigint, p_actor text, p_ops jsonb, p_incident bigint, p_display text, p_text text)
returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform dispatch.apply(p_term, p_actor, p_ops);
  if not exists (select from dispatch.incident where id = p_incident) then
    raise exception 'no incident %', p_incident using errcode = 'DF006';
  end if;
  if (select count(*) from dispatch.incident_note where incident_id = p_incident) >= 500 then
    raise exception 'incident % has enough notes', p_incident using errcode = 'DF007';
  end if;
  insert into dispatch.incident_note (incident_id, written_by, display_name, text, term)
    values (p_incident, p_actor, p_display, p_text, p_term);
  return jsonb_build_object('units', '[]'::jsonb, 'incidents', dispatch.incident_rows(array[p_incident]), 'assignments', '[]'::jsonb,
                            'commands', '[]'::jsonb, 'postings', '[]'::jsonb, 'proposals', '[]'::jsonb);
end $$;

revoke execute on function dispatch.incident_note_kept(), dispatch.note_rows(bigint, integer),
  dispatch.note_add(bigint, text, jsonb, bigint, text, text) from public;
grant execute on function dispatch.note_rows(bigint, integer), dispatch.note_add(bigint, text, jsonb, bigint, text, text)
  to ems_dispatch;
grant select on dispatch.incident_note to ems_dispatch;
grant select (id, incident_id, at, written_by, display_name, term) on dispatch.incident_note to ems_report;
