-- What else is known of each vehicle's link: how far its clock can be trusted, and whether it sends more than is taken in.
-- clock_offset_ms is from now on the least (receipt - capture) of live messages over five minutes.
alter table telemetry.vehicle_link
  add column clock text not null default 'unknown' check (clock in ('unknown', 'good', 'skewed', 'never_set')),
  add column flooding_since timestamptz,              -- empty: it does not
  add column limited bigint not null default 0;       -- messages refused by its rate limit since the server's start
