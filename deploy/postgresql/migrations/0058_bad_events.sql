-- Rejected events are kept for ever: one may be a button or an alarm, and garbage would push it out of the newest 1000.
alter table telemetry.bad_message add column is_event boolean not null default false;
create index bad_message_garbage on telemetry.bad_message (id) where not is_event;

-- As in 0010; of what is no event the newest 1000 stay. is_event: an event of a vehicle, known by its key.
drop function telemetry.quarantine(text, text, integer, bytea);
create function telemetry.quarantine(topic text, reason text, size_bytes integer, head bytea, is_event boolean default false)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare beyond bigint;
begin
  insert into telemetry.bad_message (topic, reason, size_bytes, head, is_event)
  values (left(topic, 200), left(reason, 200), size_bytes, substring(head from 1 for 4096), quarantine.is_event);
  if not quarantine.is_event then
    select b.id into beyond from telemetry.bad_message b where not b.is_event order by b.id desc offset 1000 limit 1;
    delete from telemetry.bad_message b where b.id <= beyond and not b.is_event;
  end if;
end $$;
revoke execute on function telemetry.quarantine(text, text, integer, bytea, boolean) from public;
grant execute on function telemetry.quarantine(text, text, integer, bytea, boolean) to ems_telemetry;
