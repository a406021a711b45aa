-- A unit that changes vehicles, a new unit, a station that moves: the server that leads reads the registry again, or the
-- next order goes to the wrong vehicle and the buttons of the right one move another unit.

create function registry.tell_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('ems_registry', '');
  return null;
end $$;

create trigger tell_change after insert or update or delete on registry.region
  for each statement execute function registry.tell_change();
create trigger tell_change after insert or update or delete on registry.station
  for each statement execute function registry.tell_change();
create trigger tell_change after insert or update or delete on registry.hospital
  for each statement execute function registry.tell_change();
create trigger tell_change after insert or update or delete on registry.vehicle
  for each statement execute function registry.tell_change();
create trigger tell_change after insert or update or delete on registry.unit
  for each statement execute function registry.tell_change();
create trigger tell_change after insert or update or delete on registry.partner
  for each statement execute function registry.tell_change();
