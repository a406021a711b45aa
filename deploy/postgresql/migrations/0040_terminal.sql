-- JT/T 808 terminals: which vehicle a terminal's number speaks for. The number is the header's phone without leading
-- zeros (BCD by the standard; letters occur). terminal_id is what the terminal says of itself when it registers; '' is
-- not compared. The plate compared is the vehicle's.
create table registry.terminal (
  number text primary key check (number ~ '^[1-9a-f][0-9a-f]{0,19}$'),
  vid text not null references registry.vehicle,
  terminal_id text not null default ''
);
grant select on registry.terminal to ems_telemetry;
