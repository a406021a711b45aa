-- Replay: what a console may look at afterwards. ems_dispatch reads the daily partitions already; here it gets the case
-- archive, and the marks that tell a record that was never made from one that never came.
grant select on archive.case_part, archive.case_copy, archive.case_position, archive.case_vitals, archive.case_wave,
  archive.case_event, archive.case_gap to ems_dispatch;
grant select on telemetry.ingest_mark to ems_dispatch;

-- Records without a believable time stand at one instant; they are counted by when they came.
create index position_untimed_received on telemetry.position_untimed (vid, received_at);
create index vitals_untimed_received on telemetry.vitals_untimed (vid, received_at);
create index wave_untimed_received on telemetry.wave_untimed (vid, received_at);
