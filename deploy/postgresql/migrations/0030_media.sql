-- Video: which servers there are, which cameras send, who may watch, what was recorded.

-- A media server says it lives every few seconds; a viewer's grant is made for one that did.
create table media.server (
  name text primary key,                   -- CN of its certificate
  host text not null,
  port integer not null check (port between 1 and 65535),
  seen_at timestamptz not null default clock_timestamp()
);

-- One row for each session a vehicle was given. Its keys are nowhere but in the two processes that use them: a server
-- that restarts makes new ones, because a counter mode key must never meet a packet number twice. Rows are kept a week.
create table media.camera_session (
  session_id text primary key,
  vid text not null references registry.vehicle,
  camera text not null check (camera ~ '^[a-z0-9-]{1,32}$'),
  server text not null references media.server,
  ssrc bigint not null check (ssrc between 1 and 4294967295),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index camera_session_live on media.camera_session (vid, camera) where ended_at is null;

-- Made by ems-dispatchd after its role check, obeyed by ems-mediad. Keys are sealed with the centre's data key.
create table media.viewer_grant (
  grant_id text primary key,
  vid text not null references registry.vehicle,
  camera text not null check (camera ~ '^[a-z0-9-]{1,32}$'),
  user_name text not null,
  server text not null references media.server,
  ssrc bigint not null unique check (ssrc between 1 and 4294967295 and ssrc & 255 = 0),
  viewer_ssrc bigint not null unique check (viewer_ssrc between 1 and 4294967295),
  srtp_key_sealed bytea not null,
  srtcp_key_sealed bytea not null,
  -- Counted up whenever a process of ems-mediad takes the grant over; part of the SSRC it then sends with.
  generation integer not null default 0 check (generation between 0 and 255),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index viewer_grant_live on media.viewer_grant (expires_at) where revoked_at is null;

create function media.grant_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('ems_media', new.grant_id);
  return null;
end $$;
create trigger grant_notify after insert or update of revoked_at, expires_at on media.viewer_grant
  for each row execute function media.grant_notify();

-- The server that has the camera's session, else the one seen last; no row when none was seen for 15 s.
create function media.create_viewer_grant(
  grant_id text, vid text, camera text, user_name text, ssrc bigint, viewer_ssrc bigint,
  srtp_key_sealed bytea, srtcp_key_sealed bytea, lifetime_s integer)
returns table (host text, port integer, expires_us bigint)
language sql as $$
  with chosen as (
    select s.name, s.host, s.port
    from media.server s
    left join media.camera_session c on c.server = s.name and c.vid = create_viewer_grant.vid
      and c.camera = create_viewer_grant.camera and c.ended_at is null
    where s.seen_at > clock_timestamp() - interval '15 s'
    order by c.created_at desc nulls last, s.seen_at desc
    limit 1
  ), made as (
    insert into media.viewer_grant (grant_id, vid, camera, user_name, server, ssrc, viewer_ssrc,
                                    srtp_key_sealed, srtcp_key_sealed, expires_at)
    select create_viewer_grant.grant_id, create_viewer_grant.vid, create_viewer_grant.camera,
           create_viewer_grant.user_name, chosen.name, create_viewer_grant.ssrc,
           create_viewer_grant.viewer_ssrc, create_viewer_grant.srtp_key_sealed,
           create_viewer_grant.srtcp_key_sealed,
           clock_timestamp() + make_interval(secs => least(greatest(lifetime_s, 1), 43200))
    from chosen
    returning viewer_grant.expires_at
  )
  select chosen.host, chosen.port, (extract(epoch from made.expires_at) * 1000000)::bigint
  from chosen, made;
$$;

-- One row for each Matroska segment, written when it is opened, each second while it grows, and when it is closed. A row
-- that was never closed ended with the process; its figures are at most a second old.
create table media.recording (
  id bigint generated always as identity primary key,
  server text not null,
  path text not null,                      -- below the server's record.dir
  vid text not null references registry.vehicle,
  camera text not null,
  incident_id bigint,                      -- the incident the vehicle served while the segment ran; null: none
  first_utc timestamptz not null,          -- arrival of the first and the last packet, server clock
  last_utc timestamptz not null,
  frames bigint not null default 0,        -- pictures in the file
  frames_received bigint not null default 0,   -- pictures whose last packet arrived
  packets_received bigint not null default 0,
  packets_lost bigint not null default 0,
  bytes bigint not null default 0,
  closed boolean not null default false,
  unique (server, path)
);
create index recording_by_incident on media.recording (incident_id, camera, first_utc);
create index recording_by_vehicle on media.recording (vid, camera, first_utc);

grant usage on schema media to ems_media, ems_dispatch, ems_report;
grant usage on schema registry to ems_media;
grant select on registry.vehicle, registry.unit to ems_media;
grant select, insert, update on media.server, media.camera_session, media.recording to ems_media;
grant delete on media.camera_session to ems_media;
grant select, update (generation) on media.viewer_grant to ems_media;
grant select, insert, update (revoked_at, expires_at) on media.viewer_grant to ems_dispatch;
grant select on media.server, media.camera_session, media.recording to ems_dispatch;
grant select on media.server, media.camera_session, media.recording to ems_report;

-- The incident a vehicle serves at this moment, or the last one it served when that ended after `since`.
create function media.incident_of(vid text, since timestamptz) returns bigint language sql stable as $$
  select a.incident_id
  from dispatch.assignment a
  join registry.unit u on u.id = a.unit_id
  where u.vid = incident_of.vid and (a.ended_at is null or a.ended_at > since)
  order by a.ended_at is null desc, a.created_at desc
  limit 1;
$$;
grant usage on schema dispatch to ems_media;
grant select (incident_id, unit_id, created_at, ended_at) on dispatch.assignment to ems_media;
