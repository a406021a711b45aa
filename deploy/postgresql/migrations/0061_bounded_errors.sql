-- What stands in vehicle_latest is told from what comes by its place among the vehicle's records (telemetry/ingest/fleet.h), not
-- by a clock that may have been set back. Null: stored before this, so its time alone is known.
alter table telemetry.vehicle_latest
  add column position_spool bigint, add column position_seq bigint,
  add column vitals_spool bigint, add column vitals_seq bigint;

-- A clock that stays wrong by the same is one row a day instead of one a minute: `last_minute` is the last minute of it, null where it
-- is the first. What lies in one row differs by a second at most.
alter table telemetry.clock_error add column last_minute timestamptz check (last_minute >= minute);

create or replace function telemetry.note_clock_error() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  seen timestamptz := date_trunc('minute', coalesce(new.last_heard, clock_timestamp()));
  latest telemetry.clock_error;
begin
  select e.* into latest from telemetry.clock_error e where e.vid = new.vid and e.minute <= seen order by e.minute desc limit 1;
  if found and coalesce(latest.last_minute, latest.minute) >= seen - interval '1 minute' and seen < latest.minute + interval '1 day'
     and (latest.minute = seen or new.clock_offset_ms between latest.most_ms - 1000 and latest.least_ms + 1000) then
    update telemetry.clock_error e
       set least_ms = least(e.least_ms, new.clock_offset_ms), most_ms = greatest(e.most_ms, new.clock_offset_ms),
           last_minute = greatest(e.last_minute, nullif(seen, e.minute))
     where e.vid = new.vid and e.minute = latest.minute
       and (new.clock_offset_ms not between e.least_ms and e.most_ms or seen > coalesce(e.last_minute, e.minute));
    return null;
  end if;
  insert into telemetry.clock_error (vid, minute, least_ms, most_ms)
  values (new.vid, seen, new.clock_offset_ms, new.clock_offset_ms);
  -- Where it cannot be asked for any more: positions outside cases are kept for two years, cases for ever.
  delete from telemetry.clock_error e
   where e.vid = new.vid and e.minute < clock_timestamp() - interval '732 days'
     and not exists (select from archive.case_part p
                      where p.vid = e.vid and e.minute < coalesce(p.to_t, clock_timestamp()) + interval '1 day'
                        and coalesce(e.last_minute, e.minute) >= p.from_t - interval '1 minute');
  return null;
end $$;

-- As in 0057, by rows that last.
create or replace function archive.shifted_window(p_vid text, p_from timestamptz, p_to timestamptz, out from_t timestamptz, out to_t timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when max(e.most_ms) - min(e.least_ms) <= 3600000
              then p_from - max(e.most_ms) * interval '1 millisecond' else p_from end,
         case when max(e.most_ms) - min(e.least_ms) <= 3600000
              then p_to - min(e.least_ms) * interval '1 millisecond' else p_from end
    from telemetry.clock_error e
   where e.vid = p_vid and e.minute >= p_from - interval '1 day 1 minute' and e.minute < p_to + interval '1 day'
     and coalesce(e.last_minute, e.minute) >= p_from - interval '1 minute'
     and e.most_ms < 31536000000 and e.least_ms > -31536000000
$$;

-- By how many microseconds what a wrong clock stamped in a window of the server's time has to be moved to be drawn there: the error
-- seen in it, else the first one within a day after it. 0: the clock was right, or its errors differ by more than ten seconds, so
-- that no one number is true of the window.
create function archive.drawn_shift(p_vid text, p_from timestamptz, p_to timestamptz) returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
  with seen as (
    select e.minute, e.least_ms, e.most_ms, e.minute <= p_to + interval '1 minute' as meanwhile
      from telemetry.clock_error e
     where e.vid = p_vid and e.minute >= p_from - interval '1 day 1 minute' and e.minute < p_to + interval '1 day'
       and coalesce(e.last_minute, e.minute) >= p_from - interval '1 minute'
       and e.most_ms < 31536000000 and e.least_ms > -31536000000),
  near as (
    select least_ms, most_ms from seen where meanwhile
    union all
    (select least_ms, most_ms from seen where not exists (select from seen where meanwhile) order by minute limit 1))
  select coalesce(case when max(most_ms) - min(least_ms) <= 10000 then (max(most_ms) + min(least_ms)) * 500 end, 0)::bigint
    from near
$$;
-- Whether a record that came then was stamped by a clock that was wrong by that; one that agreed with its receiver's (clk 3) was not.
-- Behind the server's, it came no sooner than it was made.
create function archive.was_shifted(p_vid text, p_clk smallint, p_t timestamptz, p_received_at timestamptz, p_shift_us bigint)
returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_clk <> 3 and p_received_at >= p_t + (p_shift_us - 2000000) * interval '1 microsecond'
    and exists (select from telemetry.clock_error e
                 where e.vid = p_vid and e.minute <= p_received_at and e.minute > p_received_at - interval '1 day 1 minute'
                   and coalesce(e.last_minute, e.minute) > p_received_at - interval '1 minute'
                   and abs(e.least_ms * 1000 - p_shift_us) <= 10000000)
$$;
revoke execute on function archive.drawn_shift(text, timestamptz, timestamptz),
  archive.was_shifted(text, smallint, timestamptz, timestamptz, bigint) from public;
grant execute on function archive.drawn_shift(text, timestamptz, timestamptz),
  archive.was_shifted(text, smallint, timestamptz, timestamptz, bigint) to ems_telemetry, ems_dispatch;

-- A vehicle whose events are all refused would fill the disk: of each topic (one vehicle's live events, or its backlog) the newest
-- 2000 are kept. Of what is no event, as before, the newest 1000 of all.
create index bad_message_events on telemetry.bad_message (topic, id) where is_event;
create or replace function telemetry.quarantine(topic text, reason text, size_bytes integer, head bytea, is_event boolean default false)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare beyond bigint;
begin
  insert into telemetry.bad_message (topic, reason, size_bytes, head, is_event)
  values (left(topic, 200), left(reason, 200), size_bytes, substring(head from 1 for 4096), quarantine.is_event);
  if quarantine.is_event then
    select b.id into beyond from telemetry.bad_message b
     where b.is_event and b.topic = left(quarantine.topic, 200) order by b.id desc offset 2000 limit 1;
    delete from telemetry.bad_message b where b.is_event and b.topic = left(quarantine.topic, 200) and b.id <= beyond;
  else
    select b.id into beyond from telemetry.bad_message b where not b.is_event order by b.id desc offset 1000 limit 1;
    delete from telemetry.bad_message b where b.id <= beyond and not b.is_event;
  end if;
end $$;
