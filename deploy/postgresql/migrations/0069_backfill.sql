-- Recordings that a vehicle kept on board while the centre did not hear it, and sent afterwards.

alter table media.recording add column source text not null default 'live' check (source in ('live', 'backfill'));

-- Milliseconds of [began, ended] that no recording of the camera covers. No file is longer than ten minutes.
create function media.uncovered_ms(vid text, camera text, began timestamptz, ended timestamptz) returns bigint
language sql stable as $$
  select coalesce(sum(extract(epoch from upper(part) - lower(part)) * 1000), 0)::bigint
  from unnest(tstzmultirange(tstzrange(began, ended)) - coalesce(
    (select range_agg(tstzrange(r.first_utc, r.last_utc)) from media.recording r
     where r.vid = uncovered_ms.vid and r.camera = uncovered_ms.camera
       and r.first_utc between began - interval '10 min' and ended and r.last_utc > greatest(began, r.first_utc)),
    '{}'::tstzmultirange)) part;
$$;

-- The incident that the vehicle served at a time gone by, the latest one when it was given another within it.
create function media.incident_between(vid text, began timestamptz, ended timestamptz) returns bigint
language sql stable as $$
  select a.incident_id
  from dispatch.assignment a
  join registry.unit u on u.id = a.unit_id
  where u.vid = incident_between.vid and a.created_at < ended and (a.ended_at is null or a.ended_at > began)
  order by a.created_at desc
  limit 1;
$$;

-- A file that was back-filled: its row, and of the gaps it lies in what is left of them. Gaps of up to two seconds are
-- none (0054). Again: no event.
create function media.add_backfill(server text, path text, vid text, camera text, began timestamptz, ended timestamptz,
                                   frames bigint, bytes bigint) returns void language plpgsql as $$
declare
  gap record;
begin
  insert into media.recording (server, path, vid, camera, incident_id, first_utc, last_utc, frames, frames_received,
                               bytes, closed, source)
  values (add_backfill.server, add_backfill.path, add_backfill.vid, add_backfill.camera,
          media.incident_between(add_backfill.vid, began, ended), began, ended, add_backfill.frames,
          add_backfill.frames, add_backfill.bytes, true, 'backfill')
  on conflict do nothing;
  for gap in
    delete from media.recording_gap g
    where g.vid = add_backfill.vid and g.camera = add_backfill.camera and g.from_utc < ended and g.to_utc > began
    returning g.incident_id, g.from_utc, g.to_utc
  loop
    insert into media.recording_gap (vid, camera, incident_id, from_utc, to_utc)
    select add_backfill.vid, add_backfill.camera, gap.incident_id, lower(part), upper(part)
    from unnest(tstzmultirange(tstzrange(gap.from_utc, gap.to_utc)) - tstzmultirange(tstzrange(began, ended))) part
    where upper(part) - lower(part) > interval '2 s'
    on conflict do nothing;
  end loop;
end $$;
