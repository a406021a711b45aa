-- As in 0077, but a camera that rested paused on purpose until its newest word that it rests: the gap begins there. Words come
-- each 2 s, and one or two may be lost. Without the word (null) as before, also for a program of before.
drop function media.note_gap(text, text, timestamptz);
create function media.note_gap(vid text, camera text, began timestamptz, rested timestamptz default null) returns void language sql as $$
  insert into media.recording_gap (vid, camera, incident_id, from_utc, to_utc)
  select note_gap.vid, note_gap.camera,
         coalesce(media.incident_of(note_gap.vid, b.at), media.incident_between(note_gap.vid, b.at, began)), b.at, began
  from (select greatest(r.last_utc, rested) as at, r.last_utc from media.recording r
        where r.vid = note_gap.vid and r.camera = note_gap.camera and r.first_utc < began
        order by r.first_utc desc limit 1) b
  where began - b.at between case when b.at > b.last_utc then interval '10 s' else interval '2 s' end and interval '24 h'
  on conflict do nothing;
$$;
