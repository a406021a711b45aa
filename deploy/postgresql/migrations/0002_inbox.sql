-- The inbox: events of the A stream, committed by ems-telemetryd, consumed by ems-dispatchd in order and once.
-- id is the order of arrival; the key makes a repeat harmless. An event_id belongs to the vehicle that made it: no vehicle
-- can take another's events out of the way by using their ids. consumed_* is written by dispatch in the transaction that
-- acts on the event, together with the leader's term.
create table telemetry.inbox (
  id bigint generated always as identity primary key,
  vid text not null references registry.vehicle,
  spool bigint not null,                 -- the fixed64 of the envelope, bit pattern kept
  seq bigint not null,
  t_us bigint not null,                  -- device clock
  clk smallint not null,
  received_at timestamptz not null default clock_timestamp(),
  event_id text not null,
  body bytea not null,                   -- serialized ems.wire.Event
  consumed_at timestamptz,
  consumed_term bigint,
  outcome text,                          -- applied, repeated, refused: why
  unique (vid, spool, seq),
  unique (vid, event_id)
);
create index inbox_open on telemetry.inbox (id) where consumed_at is null;

create function telemetry.inbox_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('ems_inbox', '');
  return null;
end $$;
create trigger inbox_notify after insert on telemetry.inbox
  for each statement execute function telemetry.inbox_notify();
