-- That a crew refused its posting is told to the desks for ten minutes, or until its unit has something else to do: whoever takes the
-- lead meanwhile reads it (dispatch/core/outbox.h, told_refusals).
create index posting_refused on dispatch.posting (ended_at) where state = 'refused';
create index posting_of_unit on dispatch.posting (unit_id, id);

-- As in 0049, with when it ended.
create or replace function dispatch.posting_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'unit', unit_id, 'kind', kind, 'state', state,
      'station', coalesce(station_id, 0), 'lat_e7', lat_e7, 'lon_e7', lon_e7, 'name', name, 'command', command_id,
      'created', dispatch.us(created_at), 'end_reason', end_reason, 'version', version,
      'ended', dispatch.us(ended_at)) order by id), '[]')
    from dispatch.posting where id = any (p_ids)
$$;

-- The last posting of each unit, if its crew refused it within ten minutes and was neither sent nor taken out of service since.
create function dispatch.told_refusals() returns bigint[] language sql stable as $$
  select coalesce(array_agg(p.id), '{}')
    from dispatch.posting p
   where p.state = 'refused' and p.ended_at > clock_timestamp() - interval '10 minutes'
     and not exists (select from dispatch.posting later where later.unit_id = p.unit_id and later.id > p.id)
     and not exists (select from dispatch.unit_history h where h.unit_id = p.unit_id and h.at >= p.ended_at
                        and (h.to_state between 2 and 9 or h.to_state = 12))
$$;
revoke execute on function dispatch.told_refusals() from public;
grant execute on function dispatch.told_refusals() to ems_dispatch;

-- As in 0064, with those.
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
    'postings', dispatch.posting_rows((select array_agg(id) from dispatch.posting where ended_at is null) || dispatch.told_refusals()),
    'proposals', dispatch.proposal_rows((select array_agg(id) from dispatch.proposal where outcome = 'open')),
    'commands', dispatch.command_rows((select array_agg(id) from
       (select o.id from dispatch.outbox o where o.state in ('queued', 'sent')
        union
        select o.id from dispatch.outbox o join dispatch.assignment a on a.id = o.assignment_id
                                           join shown s on s.id = a.incident_id) c)))
$$;
