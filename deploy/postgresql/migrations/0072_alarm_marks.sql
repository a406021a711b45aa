-- Who has seen an alarm at a desk, and who has put it away for how long and why. What is marked is named by what it is
-- about and its code, since most alarms are nobody's row: they follow from what is known. A mark is never changed; the
-- newest of its sort counts, for an alarm that began before it.
create table dispatch.alarm_mark (
  id bigint generated always as identity primary key,
  region text not null references registry.region,
  about text not null check (about in ('unit', 'assignment', 'incident', 'posting')),
  about_id bigint not null check (about_id > 0),
  code text not null check (code ~ '^[a-z0-9_]{1,40}$'),
  kind text not null check (kind in ('acknowledged', 'shelved', 'taken_back')),
  grade smallint not null check (grade between 1 and 3),   -- that it had for who marked it: 1 high, 2 medium, 3 low
  minutes smallint not null default 0,
  reason text not null default '' check (length(reason) <= 500),
  at timestamptz not null default clock_timestamp(),
  made_by text not null,
  display_name text not null,
  term bigint not null,
  check (case kind when 'shelved' then minutes between 1 and 60 and reason <> '' else minutes = 0 end)
);
create index alarm_mark_at on dispatch.alarm_mark (region, at);

create function dispatch.alarm_mark_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a mark is never changed' using errcode = 'DF002';
end $$;
create trigger alarm_mark_kept before update or delete on dispatch.alarm_mark
  for each row execute function dispatch.alarm_mark_kept();

create function dispatch.alarm_mark_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'about', about, 'about_id', about_id, 'code', code, 'kind', kind,
      'grade', grade, 'minutes', minutes, 'reason', reason, 'at', dispatch.us(at), 'by', made_by, 'display', display_name)
      order by id), '[]')
    from dispatch.alarm_mark where id = any (p_ids)
$$;

-- Of each alarm the newest that says who has seen it and the newest that says whether it is put away, of the last week.
create function dispatch.alarm_marks(p_region text) returns jsonb language sql stable as $$
  select dispatch.alarm_mark_rows((select array_agg(id) from (
    select max(id) as id from dispatch.alarm_mark
     where region = p_region and at > clock_timestamp() - interval '7 days'
     group by about, about_id, code, kind = 'acknowledged' order by 1 desc limit 4096) newest))
$$;

-- As dispatch.road_condition_add: under the term, with the key and the audit of the request.
create function dispatch.alarm_mark_add(p_term bigint, p_actor text, p_ops jsonb, p_region text, p_row jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare made bigint;
begin
  perform dispatch.apply(p_term, p_actor, p_ops);
  insert into dispatch.alarm_mark (region, about, about_id, code, kind, grade, minutes, reason, made_by, display_name, term)
    values (p_region, p_row->>'about', (p_row->>'about_id')::bigint, p_row->>'code', p_row->>'kind',
            (p_row->>'grade')::smallint, (p_row->>'minutes')::smallint, p_row->>'reason', p_actor, p_row->>'display', p_term)
    returning id into made;
  return dispatch.alarm_mark_rows(array[made]);
end $$;

revoke execute on function dispatch.alarm_mark_kept(), dispatch.alarm_mark_rows(bigint[]), dispatch.alarm_marks(text),
  dispatch.alarm_mark_add(bigint, text, jsonb, text, jsonb) from public;
grant execute on function dispatch.alarm_mark_rows(bigint[]), dispatch.alarm_marks(text),
  dispatch.alarm_mark_add(bigint, text, jsonb, text, jsonb) to ems_dispatch;
grant select on dispatch.alarm_mark to ems_dispatch, ems_report;
