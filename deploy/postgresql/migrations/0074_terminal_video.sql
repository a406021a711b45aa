-- Cameras of vehicle terminals (JT/T 1078). A terminal sends a channel only while it is asked to, over its 808 session:
-- ems-mediad knows who wants to see, ems-telemetryd has the session. They meet here.

-- Under which name a terminal's channel (JT/T 1076 table 2) is a camera of its vehicle. What the vehicle's own computer
-- calls a camera is not to be given to a channel as well.
create table registry.terminal_camera (
  number text not null references registry.terminal on delete cascade,
  channel integer not null check (channel between 1 and 255),
  camera text not null check (camera ~ '^[a-z0-9-]{1,32}$'),
  primary key (number, channel),
  unique (number, camera)
);

-- Terminals with cameras whose 808 session is logged in, said again every few seconds by the ems-telemetryd that has it.
-- A stream is believed only from the session's address.
create table media.terminal_session (
  number text primary key references registry.terminal on delete cascade,
  address text not null,
  seen_at timestamptz not null default clock_timestamp()
);

-- Streams that ems-mediad wants to receive at host:port, for 15 s after it said so last. `flowing`: frames come.
-- ems-telemetryd asks while they do not, and deletes the row when it has told the terminal to end.
create table media.terminal_stream (
  number text not null,
  channel integer not null check (channel between 1 and 255),
  server text not null references media.server,
  host text not null check (length(host) between 1 and 255),
  port integer not null check (port between 1 and 65535),
  wanted_until timestamptz not null,
  sound boolean not null default false,     -- is wanted, too
  flowing boolean not null default false,
  problem text not null default '',         -- why what came is not taken; '' when nothing is wrong
  asked_at timestamptz,                     -- last
  asks integer not null default 0,
  answer text check (answer in ('done', 'failed', 'bad_message', 'unsupported')),   -- the terminal's, to the last
  primary key (number, channel),
  foreign key (number, channel) references registry.terminal_camera on delete cascade on update cascade
);

-- Vehicles whose terminal calls for help (SOS, collision, rollover): their cameras are wanted for some minutes, by
-- nobody's order, as JT/T 1078 has it.
create table media.terminal_alarm (
  vid text primary key references registry.vehicle,
  until timestamptz not null
);

-- What a terminal's camera hears is recorded with the incident, beside the intercom.
alter table media.voice_recording drop constraint voice_recording_direction_check;
alter table media.voice_recording add constraint voice_recording_direction_check
  check (direction in ('from_crew', 'to_crew', 'from_cabin'));

create function media.terminal_stream_notify() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or old.flowing <> new.flowing or old.host <> new.host or old.port <> new.port
     or (old.wanted_until > clock_timestamp()) <> (new.wanted_until > clock_timestamp()) then
    perform pg_notify('ems_terminal_stream', '');
  end if;
  return null;
end $$;
create trigger terminal_stream_notify after insert or update on media.terminal_stream
  for each row execute function media.terminal_stream_notify();

create function media.terminal_session_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('ems_media', '');
  return null;
end $$;
create trigger terminal_session_new after insert on media.terminal_session
  for each row execute function media.terminal_session_notify();
create trigger terminal_session_moved after update on media.terminal_session
  for each row when (old.address <> new.address) execute function media.terminal_session_notify();
create trigger terminal_alarm_new after insert on media.terminal_alarm
  for each row execute function media.terminal_session_notify();

revoke execute on function media.terminal_stream_notify(), media.terminal_session_notify() from public;

grant usage on schema media to ems_telemetry;
grant select on registry.terminal_camera to ems_telemetry, ems_media, ems_dispatch, ems_report;
grant select on registry.terminal to ems_media;
grant select, insert, update, delete on media.terminal_session to ems_telemetry;
grant select, insert, update on media.terminal_alarm to ems_telemetry;
grant select, update (asked_at, asks, answer), delete on media.terminal_stream to ems_telemetry;
grant select on media.terminal_session, media.terminal_alarm to ems_media;
grant select, insert, update on media.terminal_stream to ems_media;
grant select on media.terminal_stream, media.terminal_session to ems_dispatch, ems_report;
