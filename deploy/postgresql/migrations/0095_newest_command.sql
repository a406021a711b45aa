-- As in 0049, but of two commands of one number, which a unit has after it changed its vehicle, the younger one tells the state.
create or replace function dispatch.assignment_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'incident', a.incident_id, 'unit', a.unit_id, 'state', a.state,
      'created', dispatch.us(a.created_at), 'predicted_scene', dispatch.us(a.predicted_scene_at),
      'predicted_at', dispatch.us(a.predicted_at), 'end_reason', a.end_reason, 'end_note', a.end_note, 'version', a.version,
      'command_state', coalesce((select o.state from dispatch.outbox o where o.assignment_id = a.id and o.kind = 'dispatch'
                                  order by o.unit_seq desc, o.id desc limit 1), '')) order by a.id), '[]')
    from dispatch.assignment a where a.id = any (p_ids)
$$;
