-- A physician switches the alarms of one parameter of the patient of a task off, with a reason, and on again. It is a mark of the
-- task, so that it ends with it and never meets the next patient. What grade it holds back is written down as any other mark's.
alter table dispatch.alarm_mark
  drop constraint alarm_mark_kind_check,
  drop constraint alarm_mark_check,
  add constraint alarm_mark_kind_check check (kind in ('acknowledged', 'shelved', 'taken_back', 'off', 'on')),
  add constraint alarm_mark_check
    check (case kind when 'shelved' then minutes between 1 and 60 and reason <> '' else minutes = 0 end),
  add constraint alarm_mark_off_check
    check (kind not in ('off', 'on') or (about = 'assignment' and grade = 2 and (kind = 'on' or reason <> '')
           and code in ('hr', 'spo2', 'rr', 'nibp', 'etco2', 'temp', 'st')));

-- As in 0072, and the newest that says whether the alarms of a parameter are off.
create or replace function dispatch.alarm_marks(p_region text) returns jsonb language sql stable as $$
  select dispatch.alarm_mark_rows((select array_agg(id) from (
    select max(id) as id from dispatch.alarm_mark
     where region = p_region and at > clock_timestamp() - interval '7 days'
     group by about, about_id, code, case when kind = 'acknowledged' then 1 when kind in ('off', 'on') then 3 else 2 end
     order by 1 desc limit 4096) newest))
$$;
