-- The archive of what vehicles measured, and what is known of their links. Written by ems-telemetryd only.
-- History is keyed by (vid, t, spool, seq): t is in the key because partitions demand it, and a record's t never changes,
-- so a repeat meets itself. A record whose device clock cannot be right stands at t = 1970-01-01 with t_bad, in the
-- partition "untimed"; t_device_us always keeps what the device said.

create table telemetry.position (
  vid text not null,
  t timestamptz not null,                 -- capture, device clock
  spool bigint not null,                  -- the fixed64 of the envelope, bit pattern kept
  seq bigint not null check (seq > 0),
  t_device_us bigint not null,
  clk smallint not null,
  t_bad boolean not null,
  received_at timestamptz not null,       -- server clock
  place geography(Point, 4326) not null,
  speed_cm_s integer not null,
  course_cdeg integer not null,
  altitude_dm integer not null,
  hdop_centi integer not null,
  satellites smallint not null,
  fix_mode smallint not null check (fix_mode in (2, 3)),
  plausible boolean not null,             -- false: a leap or a speed no ambulance makes; never shown as current
  primary key (vid, t, spool, seq)
) partition by range (t);

-- Null = not measured, or measured and said to be invalid (then its bit stands in invalid_mask).
create table telemetry.vitals (
  vid text not null,
  t timestamptz not null,
  spool bigint not null,
  seq bigint not null check (seq > 0),
  t_device_us bigint not null,
  clk smallint not null,
  t_bad boolean not null,
  received_at timestamptz not null,
  hr_bpm smallint,
  pr_bpm smallint,
  spo2_pct smallint,
  rr_bpm smallint,
  nibp_sys_mmhg smallint,
  nibp_dia_mmhg smallint,
  nibp_mean_mmhg smallint,
  etco2_mmhg smallint,
  temp_cdeg smallint,
  nibp_t timestamptz,
  invalid_mask integer not null,
  primary key (vid, t, spool, seq)
) partition by range (t);

-- One row a batch as it came: body is the serialized ems.wire.WaveBatch, decodable sample for sample; the columns say
-- which samples it holds without decoding it.
create table telemetry.wave (
  vid text not null,
  t timestamptz not null,                 -- of the first sample
  spool bigint not null,
  seq bigint not null check (seq > 0),
  t_device_us bigint not null,
  clk smallint not null,
  t_bad boolean not null,
  received_at timestamptz not null,
  recording bigint not null,
  rate_mhz integer not null,
  lead_mask integer not null,
  first_sample bigint not null,
  samples integer not null,               -- per lead
  gain_nv integer not null,
  lead_off_mask integer not null,
  pleth_samples integer not null,
  simulated boolean not null,
  body bytea not null,
  primary key (vid, t, spool, seq)
) partition by range (t);
alter table telemetry.wave alter column body set storage external;
create index wave_samples on telemetry.wave (vid, recording, first_sample);

create table telemetry.position_default partition of telemetry.position default;
create table telemetry.vitals_default partition of telemetry.vitals default;
create table telemetry.wave_default partition of telemetry.wave default;
create table telemetry.position_untimed partition of telemetry.position for values from (minvalue) to ('2000-01-01');
create table telemetry.vitals_untimed partition of telemetry.vitals for values from (minvalue) to ('2000-01-01');
create table telemetry.wave_untimed partition of telemetry.wave for values from (minvalue) to ('2000-01-01');

-- Daily partitions from `back` days ago to `ahead` days from now; rows that waited in the default partition move. Gives the
-- number made.
create function telemetry.ensure_partitions(back integer, ahead integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  base text;
  day date;
  part text;
  made integer := 0;
begin
  if back not between 0 and 60 or ahead not between 0 and 60 then
    raise exception 'days out of range';
  end if;
  perform pg_advisory_xact_lock(120, 10);
  foreach base in array array['position', 'vitals', 'wave'] loop
    for offset_days in -back .. ahead loop
      day := (now() at time zone 'UTC')::date + offset_days;
      part := base || '_' || to_char(day, 'YYYYMMDD');
      continue when to_regclass('telemetry.' || part) is not null;
      execute format('create table telemetry.%I (like telemetry.%I including defaults including constraints including storage)',
                     part, base);
      execute format('with moved as (delete from telemetry.%I where t >= %L and t < %L returning *) '
                     'insert into telemetry.%I select * from moved',
                     base || '_default', day || ' 00:00+00', (day + 1) || ' 00:00+00', part);
      execute format('alter table telemetry.%I attach partition telemetry.%I for values from (%L) to (%L)',
                     base, part, day || ' 00:00+00', (day + 1) || ' 00:00+00');
      made := made + 1;
    end loop;
  end loop;
  return made;
end $$;

-- What of each stream of each spool is committed or closed. Raised in the transaction that stores the records; an
-- acknowledgement to the vehicle says nothing that does not stand here.
create table telemetry.ingest_mark (
  vid text not null,
  spool bigint not null,
  stream smallint not null check (stream between 1 and 4),
  upto bigint not null,                   -- every seq up to this one
  done int8multirange not null,           -- the same, and what is committed beyond it
  stored bigint not null,                 -- records inserted
  rejected bigint not null default 0,     -- poison, quarantined
  updated_at timestamptz not null default clock_timestamp(),
  primary key (vid, spool, stream)
);

-- What a vehicle will never send, and why (ems.wire.Gap): the chart says "not kept" there.
create table telemetry.gap (
  vid text not null,
  spool bigint not null,
  stream smallint not null check (stream between 1 and 4),
  from_seq bigint not null,
  to_seq bigint not null check (to_seq >= from_seq),
  reason text not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (vid, spool, stream, from_seq, to_seq)
);

-- Newest believable position and vitals of each vehicle, by device time; backlog never moves it backwards.
create table telemetry.vehicle_latest (
  vid text primary key,
  position_t timestamptz,
  position_received_at timestamptz,
  place geography(Point, 4326),
  speed_cm_s integer,
  course_cdeg integer,
  vitals_t timestamptz,
  vitals_received_at timestamptz,
  hr_bpm smallint,
  spo2_pct smallint,
  rr_bpm smallint,
  nibp_sys_mmhg smallint,
  nibp_dia_mmhg smallint,
  updated_at timestamptz not null default clock_timestamp()
);

-- The link of each vehicle, written about once a second. Counts are of the present spool: made says how many records the
-- vehicle has allocated, received how many arrived (each once), stored how many are committed.
create table telemetry.vehicle_link (
  vid text primary key,
  link text not null check (link in ('up', 'lost', 'offline')),
  last_heard timestamptz,
  last_heartbeat timestamptz,
  birth_counter bigint not null default 0,
  spool bigint not null default 0,
  software text not null default '',
  device_health text not null default '',  -- "gnss=ok; monitor=no data 12 s"
  clock_offset_ms bigint,                  -- server clock minus device clock at the last heartbeat
  made_a bigint not null default 0,
  made_g bigint not null default 0,
  made_v bigint not null default 0,
  made_w bigint not null default 0,
  received_a bigint not null default 0,
  received_g bigint not null default 0,
  received_v bigint not null default 0,
  received_w bigint not null default 0,
  stored_a bigint not null default 0,
  stored_g bigint not null default 0,
  stored_v bigint not null default 0,
  stored_w bigint not null default 0,
  repeated bigint not null default 0,      -- arrived again, dropped by key
  rejected bigint not null default 0,      -- malformed, quarantined
  video_frames_sent bigint not null default 0,
  updated_at timestamptz not null default clock_timestamp()
);

-- The first 4 KiB of messages nobody could read: at most 1000 are kept, the oldest go.
create table telemetry.bad_message (
  id bigint generated always as identity primary key,
  received_at timestamptz not null default clock_timestamp(),
  topic text not null,
  reason text not null,
  size_bytes integer not null,
  head bytea not null check (octet_length(head) <= 4096)
);
create function telemetry.quarantine(topic text, reason text, size_bytes integer, head bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare newest bigint;
begin
  insert into telemetry.bad_message (topic, reason, size_bytes, head)
  values (left(topic, 200), left(reason, 200), size_bytes, substring(head from 1 for 4096)) returning id into newest;
  delete from telemetry.bad_message where id <= newest - 1000;
end $$;

revoke execute on all functions in schema telemetry from public;
grant usage on schema telemetry, registry to ems_telemetry, ems_dispatch, ems_report;
grant select on registry.region, registry.vehicle to ems_telemetry;
grant select, insert on telemetry.inbox to ems_telemetry;
grant select, insert on telemetry.position, telemetry.vitals, telemetry.wave, telemetry.gap to ems_telemetry;
grant select, insert, update on telemetry.ingest_mark, telemetry.vehicle_latest, telemetry.vehicle_link to ems_telemetry;
grant select on telemetry.bad_message to ems_telemetry;
grant execute on function telemetry.ensure_partitions(integer, integer), telemetry.quarantine(text, text, integer, bytea)
  to ems_telemetry;
grant execute on function telemetry.inbox_notify() to ems_telemetry;
grant select on telemetry.position, telemetry.vitals, telemetry.wave, telemetry.gap, telemetry.vehicle_latest,
  telemetry.vehicle_link to ems_dispatch, ems_report;
grant select on telemetry.inbox, telemetry.ingest_mark, telemetry.bad_message to ems_report;
