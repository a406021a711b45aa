-- What a leader reads is chosen by when an incident ended, not by when it was opened: a transfer is entered the day before. And
-- whatever is still to be told, to come or to be answered is read with its incident, however long ago that ended: a cancellation
-- whose assignment was not read raised no alarm.
create index incident_ended on dispatch.incident (ended_at) where ended_at is not null;

create or replace function dispatch.incident_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'level', level, 'complaint', complaint,
      'address', address, 'lat_e7', lat_e7, 'lon_e7', lon_e7, 'place_source', place_source, 'sex', sex, 'age', age_years, 'age_months', age_months,
      'phone', phone_masked, 'state', state, 'created', dispatch.us(created_at), 'ended', dispatch.us(ended_at),
      'version', version, 'kind', kind, 'planned', dispatch.us(planned_at), 'destination', coalesce(destination_id, 0),
      'units_wanted', units_wanted, 'need_class', need_class, 'need_capabilities', need_capabilities,
      'need_isolation', need_isolation, 'stamps', dispatch.stamp_rows(id)) order by id), '[]')
    from dispatch.incident where id = any (p_ids)
$$;

create or replace function dispatch.load() returns jsonb language sql stable as $$
  with shown as (
    (select id from dispatch.incident where ended_at is null)
    union
    (select id from dispatch.incident where ended_at > clock_timestamp() - interval '24 hours'
      order by ended_at desc limit 500)
    union
    (select a.incident_id from dispatch.unit_state u join dispatch.assignment a on a.id = u.stamp_assignment_id)
    union
    (select a.incident_id from dispatch.outbox o join dispatch.assignment a on a.id = o.assignment_id
      where o.state in ('queued', 'sent'))
    union
    (select p.incident_id from dispatch.proposal p where p.outcome = 'open' and p.incident_id is not null))
  select jsonb_build_object(
    'units', dispatch.unit_rows((select array_agg(unit_id) from dispatch.unit_state)),
    'incidents', dispatch.incident_rows((select array_agg(id) from shown)),
    'assignments', dispatch.assignment_rows((select array_agg(a.id) from dispatch.assignment a join shown s on s.id = a.incident_id)),
    'postings', dispatch.posting_rows((select array_agg(id) from dispatch.posting where ended_at is null)),
    'proposals', dispatch.proposal_rows((select array_agg(id) from dispatch.proposal where outcome = 'open')),
    'commands', dispatch.command_rows((select array_agg(id) from
       (select o.id from dispatch.outbox o where o.state in ('queued', 'sent')
        union
        select o.id from dispatch.outbox o join dispatch.assignment a on a.id = o.assignment_id
                                           join shown s on s.id = a.incident_id) c)))
$$;
