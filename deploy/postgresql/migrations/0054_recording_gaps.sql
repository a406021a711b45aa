-- Times of a camera that were to be recorded and were not: the link was away, or this server, or the disk was full.

-- For the removal of old recordings: those of no incident go first.
create index recording_of_no_incident on media.recording (server, first_utc) where incident_id is null;
create index recording_of_incident on media.recording (server, first_utc) where incident_id is not null;

-- One row when recording goes on behind a pause of more than two seconds; before that there is nothing to say, since
-- nobody knows whether it will.
create table media.recording_gap (
  id bigint generated always as identity primary key,
  vid text not null references registry.vehicle,
  camera text not null,
  incident_id bigint,                      -- the one that the vehicle served in it (media.incident_of); null: none
  from_utc timestamptz not null,           -- last packet before, first packet behind; clock of the server
  to_utc timestamptz not null check (to_utc > from_utc),
  unique (vid, camera, from_utc)
);
create index recording_gap_by_incident on media.recording_gap (incident_id, camera, from_utc);
create index recording_gap_by_age on media.recording_gap (from_utc);

-- Pauses longer than a day are a vehicle that was out of service, not a gap.
create function media.note_gap(vid text, camera text, began timestamptz) returns void language sql as $$
  insert into media.recording_gap (vid, camera, incident_id, from_utc, to_utc)
  select note_gap.vid, note_gap.camera, media.incident_of(note_gap.vid, b.last_utc), b.last_utc, began
  from (select r.last_utc from media.recording r
        where r.vid = note_gap.vid and r.camera = note_gap.camera and r.first_utc < began
        order by r.first_utc desc limit 1) b
  where began - b.last_utc between interval '2 s' and interval '24 h'
  on conflict do nothing;
$$;

grant select, insert on media.recording_gap to ems_media;
grant delete on media.recording, media.recording_gap to ems_media;
grant select on media.recording_gap to ems_dispatch, ems_report;
