-- Intercom: who may speak on a vehicle's line, and what was said.

-- Made by ems-dispatchd after its role check, obeyed by ems-mediad. One key for each direction, sealed with the centre's
-- data key.
create table media.voice_grant (
  grant_id text primary key,
  vid text not null references registry.vehicle,
  user_name text not null,
  role text not null check (role in ('physician', 'dispatcher')),
  server text not null references media.server,
  up_ssrc bigint not null unique check (up_ssrc between 1 and 4294967295 and up_ssrc & 255 = 0),
  down_ssrc bigint not null unique check (down_ssrc between 1 and 4294967295 and down_ssrc & 255 = 0),
  up_key_sealed bytea not null,
  down_key_sealed bytea not null,
  -- Counted up whenever a process of ems-mediad takes the grant over; part of the SSRCs of speech both ways.
  generation integer not null default 0 check (generation between 0 and 255),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index voice_grant_live on media.voice_grant (expires_at) where revoked_at is null;
create trigger grant_notify after insert or update of revoked_at, expires_at on media.voice_grant
  for each row execute function media.grant_notify();

-- All parties of a line must be at one server: the one that serves the vehicle's cameras or already has a grant of its
-- line, else the one seen last; no row when none was seen for 15 s.
create function media.create_voice_grant(
  grant_id text, vid text, user_name text, role text, up_ssrc bigint, down_ssrc bigint,
  up_key_sealed bytea, down_key_sealed bytea, lifetime_s integer)
returns table (host text, port integer, expires_us bigint)
language sql as $$
  with chosen as (
    select s.name, s.host, s.port
    from media.server s
    left join lateral (
      select max(c.created_at) as at from media.camera_session c
      where c.server = s.name and c.vid = create_voice_grant.vid and c.ended_at is null) cameras on true
    left join lateral (
      select max(g.created_at) as at from media.voice_grant g
      where g.server = s.name and g.vid = create_voice_grant.vid and g.revoked_at is null
        and g.expires_at > clock_timestamp()) lines on true
    where s.seen_at > clock_timestamp() - interval '15 s'
    order by lines.at desc nulls last, cameras.at desc nulls last, s.seen_at desc
    limit 1
  ), made as (
    insert into media.voice_grant (grant_id, vid, user_name, role, server, up_ssrc, down_ssrc,
                                   up_key_sealed, down_key_sealed, expires_at)
    select create_voice_grant.grant_id, create_voice_grant.vid, create_voice_grant.user_name,
           create_voice_grant.role, chosen.name, create_voice_grant.up_ssrc, create_voice_grant.down_ssrc,
           create_voice_grant.up_key_sealed, create_voice_grant.down_key_sealed,
           clock_timestamp() + make_interval(secs => least(greatest(lifetime_s, 1), 43200))
    from chosen
    returning voice_grant.expires_at
  )
  select chosen.host, chosen.port, (extract(epoch from made.expires_at) * 1000000)::bigint
  from chosen, made;
$$;

-- One row for each Ogg Opus file: a turn of one speaker, cut after a minute of an open line. Written when it is opened, each
-- second while it grows, and when it is closed. A row that was never closed ended with the process.
create table media.voice_recording (
  id bigint generated always as identity primary key,
  server text not null,
  path text not null,                      -- below the server's record.dir
  vid text not null references registry.vehicle,
  incident_id bigint,                      -- the incident the vehicle served meanwhile; null: none
  direction text not null check (direction in ('from_crew', 'to_crew')),
  speaker text not null,                   -- user of the console; 'crew'
  first_utc timestamptz not null,          -- arrival of the first and the last packet, server clock
  last_utc timestamptz not null,
  packets_received bigint not null default 0,
  packets_lost bigint not null default 0,  -- each stands in the file as one that the decoder conceals
  bytes bigint not null default 0,
  closed boolean not null default false,
  unique (server, path)
);
create index voice_recording_by_incident on media.voice_recording (incident_id, first_utc);
create index voice_recording_by_vehicle on media.voice_recording (vid, first_utc);

grant select, update (generation) on media.voice_grant to ems_media;
grant select, insert, update (revoked_at, expires_at) on media.voice_grant to ems_dispatch;
grant select, insert, update on media.voice_recording to ems_media;
grant select on media.voice_recording to ems_dispatch, ems_report;
