-- A camera that rests between cases owes the record its vehicle's cases and nothing between them. As in 0098, but
-- an outage in which the case ended is a gap, too: until 0098 the words of rest behind it hid it. And a vehicle that was away
-- between two cases (out of reach, switched off) left no gap there, though no word of rest came meanwhile.

-- One row a camera: since when it rests, by the first word of it behind its last picture.
create table media.camera_rest (
  vid text not null references registry.vehicle,
  camera text not null,
  since timestamptz not null,
  primary key (vid, camera)
);
grant select, insert, update on media.camera_rest to ems_media;

-- The camera says that it rests, for the first time behind a picture or in the life of a server. What its vehicle's cases lack
-- until then is a gap: it broke off in them. Words come each 2 s, and a few may be lost: from 10 s on.
create function media.note_rest(vid text, camera text, said timestamptz) returns void language plpgsql as $$
#variable_conflict use_column
declare
  seen timestamptz; -- end of its last picture
  owed_from timestamptz;
  owed_to timestamptz;
begin
  select r.last_utc into seen from media.recording r
  where r.vid = note_rest.vid and r.camera = note_rest.camera and r.first_utc < said
  order by r.first_utc desc limit 1;
  if exists (select from media.camera_rest c where c.vid = note_rest.vid and c.camera = note_rest.camera
             and c.since >= coalesce(seen, c.since)) then
    return;
  end if;
  insert into media.camera_rest (vid, camera, since) values (note_rest.vid, note_rest.camera, said)
  on conflict (vid, camera) do update set since = excluded.since;
  select greatest(seen, min(a.created_at)), least(said, max(coalesce(a.ended_at, 'infinity'))) into owed_from, owed_to
  from dispatch.assignment a
  join registry.unit u on u.id = a.unit_id
  where u.vid = note_rest.vid and a.created_at < said and (a.ended_at is null or a.ended_at > seen)
  having count(*) > 0;
  if seen is not null and owed_to - owed_from between interval '10 s' and interval '24 h' then
    insert into media.recording_gap (vid, camera, incident_id, from_utc, to_utc)
    values (note_rest.vid, note_rest.camera, media.incident_between(note_rest.vid, owed_from, owed_to), owed_from, owed_to)
    on conflict do nothing;
  end if;
end
$$;

-- A picture begins. Behind a rest the gap begins with the newest word of it or with the case, whichever is later.
create or replace function media.note_gap(vid text, camera text, began timestamptz, rested timestamptz default null)
returns void language plpgsql as $$
#variable_conflict use_column
declare
  seen timestamptz; -- end of its last picture
  rested_until timestamptz;
  case_began timestamptz;
  owed_from timestamptz;
begin
  select r.last_utc into seen from media.recording r
  where r.vid = note_gap.vid and r.camera = note_gap.camera and r.first_utc < began
  order by r.first_utc desc limit 1;
  select greatest(rested, c.since) into rested_until from (select) one
  left join media.camera_rest c on c.vid = note_gap.vid and c.camera = note_gap.camera and c.since < began;
  owed_from := seen;
  if rested_until > seen then
    select max(a.created_at) into case_began
    from dispatch.assignment a
    join registry.unit u on u.id = a.unit_id
    where u.vid = note_gap.vid and a.created_at <= began and (a.ended_at is null or a.ended_at > began);
    owed_from := case when case_began is not null then greatest(rested_until, case_began) end;
  end if;
  if began - owed_from between (case when owed_from > seen then interval '10 s' else interval '2 s' end)
     and interval '24 h' then
    insert into media.recording_gap (vid, camera, incident_id, from_utc, to_utc)
    values (note_gap.vid, note_gap.camera,
            coalesce(media.incident_of(note_gap.vid, owed_from), media.incident_between(note_gap.vid, owed_from, began)),
            owed_from, began)
    on conflict do nothing;
  end if;
end
$$;
