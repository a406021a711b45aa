-- A camera that rests between cases owes the record its vehicle's cases and nothing between them. As in 0098, but what a case
-- lacks behind a rest is of that case: a row for each that it fell into. And an outage in which the case ended is a gap, too:
-- until 0098 the words of rest behind it hid it.

-- One row a camera: its newest word that it rests, within a minute. An expired session or a restart of a server forgets the
-- word, not the rest.
create table media.camera_rest (
  vid text not null references registry.vehicle,
  camera text not null,
  until timestamptz not null,
  primary key (vid, camera)
);
grant select, insert, update on media.camera_rest to ems_media;

create index assignment_by_unit on dispatch.assignment (unit_id, created_at);

-- The camera gave neither picture nor word in that time: a gap of each case that fell into it, `but` one. Words come each 2 s,
-- and a few may be lost: from 10 s on. More than a day is a vehicle that was out of service, not a gap. Since when is not known
-- (null) of a camera that was never heard before: none.
create function media.note_missing(vid text, camera text, began timestamptz, ended timestamptz, but bigint default null)
returns void language sql as $$
  insert into media.recording_gap (vid, camera, incident_id, from_utc, to_utc)
  select note_missing.vid, note_missing.camera, a.incident_id, t.from_utc, t.to_utc
  from dispatch.assignment a
  join registry.unit u on u.id = a.unit_id
  cross join lateral (select greatest(began, a.created_at) as from_utc, least(ended, a.ended_at) as to_utc) t
  where u.vid = note_missing.vid and began is not null and a.created_at < ended and (a.ended_at is null or a.ended_at > began)
    and a.incident_id is distinct from but and t.to_utc - t.from_utc between interval '10 s' and interval '24 h'
  on conflict do nothing;
$$;

-- The camera says that it rests, behind a while of neither picture nor word. `before`: the word before, where one is known.
create function media.note_rest(vid text, camera text, said timestamptz, before timestamptz default null) returns void
language sql as $$
  select media.note_missing(note_rest.vid, note_rest.camera, t.silent_since, said)
  from (select greatest(before,
          (select r.last_utc from media.recording r
           where r.vid = note_rest.vid and r.camera = note_rest.camera and r.first_utc < said
           order by r.first_utc desc limit 1),
          (select c.until from media.camera_rest c where c.vid = note_rest.vid and c.camera = note_rest.camera))
        as silent_since) t;
  insert into media.camera_rest (vid, camera, until) values (note_rest.vid, note_rest.camera, said)
  on conflict on constraint camera_rest_pkey do update set until = greatest(camera_rest.until, excluded.until);
$$;

-- A picture begins. Where the camera rested behind the one before, what lacks are the cases since its last word of that;
-- otherwise all since that picture, of the incident of it or of the one that began meanwhile, and of each other one its own part.
create or replace function media.note_gap(vid text, camera text, began timestamptz, rested timestamptz default null)
returns void language plpgsql as $$
declare
  seen timestamptz;
  rested_until timestamptz;
  of_case bigint;
begin
  select r.last_utc into seen from media.recording r
  where r.vid = note_gap.vid and r.camera = note_gap.camera and r.first_utc < began
  order by r.first_utc desc limit 1;
  select greatest(rested, max(c.until)) into rested_until from media.camera_rest c
  where c.vid = note_gap.vid and c.camera = note_gap.camera and c.until <= began;
  if rested_until > coalesce(seen, '-infinity') then
    perform media.note_missing(note_gap.vid, note_gap.camera, rested_until, began);
  elsif began - seen between interval '2 s' and interval '24 h' then
    of_case := coalesce(media.incident_of(note_gap.vid, seen), media.incident_between(note_gap.vid, seen, began));
    insert into media.recording_gap (vid, camera, incident_id, from_utc, to_utc)
    values (note_gap.vid, note_gap.camera, of_case, seen, began)
    on conflict do nothing;
    perform media.note_missing(note_gap.vid, note_gap.camera, seen, began, of_case);
  end if;
end
$$;
