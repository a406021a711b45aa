-- What ems-telemetryd says of itself and of what it receives, once a second. For people and monitoring (ems-ctl top);
-- nothing is decided by it.

create table telemetry.server_status (
  server text primary key,                 -- CN of its certificate
  started_at timestamptz not null,
  broker_up boolean not null,
  vehicles_up integer not null,            -- links that are up
  vehicles_known integer not null,         -- registered and heard of since the start
  -- Rings between the broker's thread and the decoder, in percent of their capacity.
  ring_presence_pct smallint not null check (ring_presence_pct between 0 and 100),
  ring_events_pct smallint not null check (ring_events_pct between 0 and 100),
  ring_trends_pct smallint not null check (ring_trends_pct between 0 and 100),
  ring_waves_pct smallint not null check (ring_waves_pct between 0 and 100),
  ring_backlog_pct smallint not null check (ring_backlog_pct between 0 and 100),
  -- Decoded records that wait for the database.
  waiting_events integer not null,
  waiting_trends integer not null,
  waiting_waves integer not null,
  oldest_unstored_ms bigint not null,      -- 0: nothing waits
  commit_p50_us bigint not null,           -- of the past one to two minutes; 0: none
  commit_p99_us bigint not null,
  loop_lag_ms bigint not null,
  -- Counted since started_at.
  messages bigint not null,
  records bigint not null,
  stored bigint not null,
  repeated bigint not null,
  rejected bigint not null,
  refused bigint not null,                 -- rings full, or beyond the rate of a vehicle
  deferred bigint not null,                -- no room behind the database
  batch_failures bigint not null,
  updated_at timestamptz not null default clock_timestamp()
);

-- When a live record of each stream last came, by the server's clock. A backlog sent again is none.
create table telemetry.vehicle_receipt (
  vid text primary key,
  event_at timestamptz,
  position_at timestamptz,
  vitals_at timestamptz,
  wave_at timestamptz,
  updated_at timestamptz not null default clock_timestamp()
);

grant select, insert, update on telemetry.server_status, telemetry.vehicle_receipt to ems_telemetry;
grant select on telemetry.server_status, telemetry.vehicle_receipt to ems_dispatch, ems_report;
