-- Vehicles whose clock was wrong: what they measured in a case stands in the partitions at another time, an hour away from
-- the case or at 1970-01-01, and would be taken for somebody else's and let go with its day.

-- How far a vehicle's clock was wrong, minute by minute, as the centre saw it then (vehicle_link.clock = 'skewed').
create table telemetry.clock_error (
  vid text not null,
  minute timestamptz not null,            -- server clock
  least_ms bigint not null,               -- server clock minus device clock
  most_ms bigint not null,
  primary key (vid, minute)
);

create function telemetry.note_clock_error() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into telemetry.clock_error as e (vid, minute, least_ms, most_ms)
  values (new.vid, date_trunc('minute', coalesce(new.last_heard, clock_timestamp())), new.clock_offset_ms, new.clock_offset_ms)
  on conflict (vid, minute) do update
    set least_ms = least(e.least_ms, excluded.least_ms), most_ms = greatest(e.most_ms, excluded.most_ms)
    where excluded.least_ms < e.least_ms or excluded.most_ms > e.most_ms;
  return null;
end $$;
create trigger note_clock_error after insert or update on telemetry.vehicle_link
  for each row when (new.clock = 'skewed' and new.clock_offset_ms is not null)
  execute function telemetry.note_clock_error();

-- Where in the device's time a window of the server's time lies, by the errors seen in it and within a day after it (a vehicle
-- may have been out of reach for the whole of it). Empty (from_t = to_t) for a clock that was right, and for one that wandered
-- by more than an hour meanwhile: what of its records belongs to whom, no window can tell. A year and more is a clock that was
-- never set, whose records stand at 1970 and are taken by their receipt.
create function archive.shifted_window(p_vid text, p_from timestamptz, p_to timestamptz, out from_t timestamptz, out to_t timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when max(e.most_ms) - min(e.least_ms) <= 3600000
              then p_from - max(e.most_ms) * interval '1 millisecond' else p_from end,
         case when max(e.most_ms) - min(e.least_ms) <= 3600000
              then p_to - min(e.least_ms) * interval '1 millisecond' else p_from end
    from telemetry.clock_error e
   where e.vid = p_vid and e.minute >= p_from - interval '1 minute' and e.minute < p_to + interval '1 day'
     and e.most_ms < 31536000000 and e.least_ms > -31536000000
$$;

-- As in 0041, and days in which a vehicle's wrong clock put the records of a case.
create or replace function archive.task_that_needs(p_day date) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.assignment_id
    from archive.case_part p left join archive.case_copy c on c.assignment_id = p.assignment_id
    cross join lateral archive.shifted_window(p.vid, p.from_t, coalesce(p.to_t, clock_timestamp())) s
   where c.settled_at is null and p.vid is not null
     and ((p.from_t < (p_day + 1)::timestamp at time zone 'UTC'
           and (p.to_t is null or p.to_t > p_day::timestamp at time zone 'UTC'))
          or (s.from_t < s.to_t and s.from_t < (p_day + 1)::timestamp at time zone 'UTC'
              and s.to_t > p_day::timestamp at time zone 'UTC'))
   order by p.assignment_id limit 1
$$;

revoke execute on function archive.shifted_window(text, timestamptz, timestamptz), telemetry.note_clock_error() from public;
grant execute on function archive.shifted_window(text, timestamptz, timestamptz) to ems_telemetry, ems_dispatch;
grant select on telemetry.clock_error to ems_telemetry, ems_dispatch, ems_report;
