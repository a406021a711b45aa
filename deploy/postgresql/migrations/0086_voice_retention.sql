-- What was said in an ambulance is kept no longer than what was seen there: files of speech go by the ages of record.days and
-- record.incident_days, and count for record.mib.

create index voice_recording_of_no_incident on media.voice_recording (server, first_utc) where incident_id is null;
create index voice_recording_of_incident on media.voice_recording (server, first_utc) where incident_id is not null;

-- Every file below a server's record.dir, of pictures and of speech.
create view media.recorded_file as
  select server, path, incident_id, first_utc, bytes, closed from media.recording
  union all
  select server, path, incident_id, first_utc, bytes, closed from media.voice_recording;

grant select on media.recorded_file to ems_media;
grant delete on media.voice_recording to ems_media;
