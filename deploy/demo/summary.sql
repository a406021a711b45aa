-- The measured summary of a demo, as one JSON document. Variables: incident (id), made (vehicle_link rows of one moment, as
-- JSON), ranked (the recommendation that was shown), console (the console's own statistics), unit (name of the unit sent),
-- began_us, time_scale, executed_twice (buttons that a crew pressed under more than one identity for one assignment).

-- Cameras go on sending: the pictures received are counted first, those sent when each vehicle has told of them a second
-- later, or after 5 s for one that is gone.
select coalesce(sum(frames_received), 0) as frames_received, coalesce(sum(frames), 0) as frames_recorded, count(*) as files
  from media.recording \gset
do $$
declare counted timestamptz := clock_timestamp();
begin
  while clock_timestamp() < counted + interval '5 s' and exists (
      select from telemetry.vehicle_link l where l.video_frames_sent > 0
         and (l.last_heartbeat is null or l.last_heartbeat < counted + interval '1 s')) loop
    perform pg_sleep(0.1);
  end loop;
end $$;

with made as (
  select * from jsonb_to_recordset(:'made'::jsonb)
    as x(vid text, spool bigint, made_a bigint, made_g bigint, made_v bigint, made_w bigint, received_g bigint,
         received_v bigint, received_w bigint, rejected bigint)
), stamps as (
  -- The newest row of each event counts: a correction stands behind its original.
  select distinct on (s.event) s.event, s.at, s.source, s.not_applicable, u.name as unit, s.device_us, s.received_at
    from dispatch.stamp s left join registry.unit u on u.id = s.unit_id
   where s.incident_id = :incident
   order by s.event, (s.at is null), s.id desc
), overlapping as (
  select count(*) as pairs from dispatch.assignment a join dispatch.assignment b
      on a.unit_id = b.unit_id and a.id < b.id
     and tstzrange(a.created_at, coalesce(a.ended_at, 'infinity')) && tstzrange(b.created_at, coalesce(b.ended_at, 'infinity'))
)
select jsonb_pretty(jsonb_build_object(
  'incident', (select jsonb_build_object('id', id, 'number', number, 'level', level, 'complaint', complaint,
                                         'address', address, 'state', state, 'outcome', outcome)
                 from dispatch.incident where id = :incident),
  'world', jsonb_build_object('simulated', true, 'time_scale', :'time_scale'::numeric, 'note', (select min(network_note) from registry.region)),
  'times', (select jsonb_agg(jsonb_build_object('event', event, 'at', at, 'source', source, 'unit', unit,
                      'device_to_server_ms', case when device_us > 0 then round(extract(epoch from received_at) * 1000 - device_us / 1000.0) end,
                      'not_applicable', not_applicable) order by at nulls last, event) from stamps),
  'ranked_units', :'ranked'::jsonb,
  'sent', (select value from jsonb_array_elements(:'ranked'::jsonb) where value ->> 'unit' = :'unit' limit 1),
  'positions', (select jsonb_build_object('made', sum(made_g), 'received', sum(received_g),
                  'stored', (select count(*) from telemetry.position p join made m using (vid, spool) where p.seq <= m.made_g)) from made),
  'vitals', (select jsonb_build_object('made', sum(made_v), 'received', sum(received_v),
                  'stored', (select count(*) from telemetry.vitals p join made m using (vid, spool) where p.seq <= m.made_v)) from made),
  'waves', (select jsonb_build_object('made', sum(made_w), 'received', sum(received_w),
                  'stored', (select count(*) from telemetry.wave p join made m using (vid, spool) where p.seq <= m.made_w),
                  'samples_stored', (select coalesce(sum(samples), 0) from telemetry.wave)) from made),
  'events', (select jsonb_build_object('made', sum(made_a),
                  'stored', (select count(*) from telemetry.inbox p join made m using (vid, spool) where p.seq <= m.made_a),
                  'applied', (select count(*) from telemetry.inbox where consumed_at is not null)) from made),
  'rejected', (select sum(rejected) from made),
  'video', jsonb_build_object('frames_sent', (select sum(video_frames_sent) from telemetry.vehicle_link),
                  'frames_received', :frames_received, 'frames_recorded', :frames_recorded, 'files', :files,
                  'frames_rendered', (:'console'::jsonb ->> 'video_frames_rendered')::bigint),
  'position_age_ms', jsonb_build_object('longest_shown', :'console'::jsonb #> '{position_age,shown_max_ms}',
                  'receiver_to_console', :'console'::jsonb #> '{position_age,device_to_model}',
                  'server_to_console', :'console'::jsonb #> '{position_age,received_to_model}'),
  'console', :'console'::jsonb - 'position_age',
  'overlapping_assignments', (select pairs from overlapping),
  'orders_executed_twice', :executed_twice,
  'real_seconds', round(extract(epoch from clock_timestamp())::numeric - :began_us / 1000000.0, 1)
));
