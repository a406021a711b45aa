-- A recording belongs to the incident that the vehicle served while it ran, not to the one that it serves when the row is
-- written: a unit that was diverted took the picture of its first patient along into the record of the second.

-- The incident a vehicle served at that moment; of 'infinity': the one it serves now.
create or replace function media.incident_of(vid text, since timestamptz) returns bigint language sql stable as $$
  select a.incident_id
  from dispatch.assignment a
  join registry.unit u on u.id = a.unit_id
  where u.vid = incident_of.vid and a.created_at <= since and (a.ended_at is null or a.ended_at > since)
  order by a.created_at desc
  limit 1;
$$;

-- The incident that the vehicle served for the longest part of a time.
create or replace function media.incident_between(vid text, began timestamptz, ended timestamptz) returns bigint
language sql stable as $$
  select a.incident_id
  from dispatch.assignment a
  join registry.unit u on u.id = a.unit_id
  where u.vid = incident_between.vid and a.created_at <= ended and (a.ended_at is null or a.ended_at > began)
  order by least(coalesce(a.ended_at, ended), ended) - greatest(a.created_at, began) desc, a.created_at desc
  limit 1;
$$;

-- A gap is of the incident of the picture before it; where that was of none, of the one that began meanwhile.
create or replace function media.note_gap(vid text, camera text, began timestamptz) returns void language sql as $$
  insert into media.recording_gap (vid, camera, incident_id, from_utc, to_utc)
  select note_gap.vid, note_gap.camera,
         coalesce(media.incident_of(note_gap.vid, b.last_utc), media.incident_between(note_gap.vid, b.last_utc, began)),
         b.last_utc, began
  from (select r.last_utc from media.recording r
        where r.vid = note_gap.vid and r.camera = note_gap.camera and r.first_utc < began
        order by r.first_utc desc limit 1) b
  where began - b.last_utc between interval '2 s' and interval '24 h'
  on conflict do nothing;
$$;
