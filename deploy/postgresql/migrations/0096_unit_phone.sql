-- How a unit's crew is called by voice, above all while no server is there to carry an order. Null: not known.
alter table registry.unit
  add column phone text check (phone ~ '^[0-9+ -]{3,32}$'),
  add column radio_call text check (octet_length(radio_call) between 1 and 32 and radio_call !~ '[[:cntrl:]]');
