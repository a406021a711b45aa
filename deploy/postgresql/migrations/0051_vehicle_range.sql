-- How far a vehicle goes with a full tank, so that its fuel gauge says how far it still goes. 0: not known; then only what a
-- dispatcher enters is (unit_state.fuel_range_km).
alter table registry.vehicle
  add column full_range_km integer not null default 0 check (full_range_km between 0 and 2000);
