-- JT/T 808 terminals at the desk: by which of a vehicle's two voices its newest position and its link are known, and text
-- to the driver's screen.
alter table telemetry.vehicle_latest
  add column position_source text not null default 'vehicle' check (position_source in ('vehicle', 'terminal'));
-- 'terminal': nothing has been heard of the vehicle's own computer since ems-telemetryd started.
alter table telemetry.vehicle_link
  add column way text not null default 'broker' check (way in ('broker', 'terminal'));

-- Text for the screen of a vehicle's terminal (0x8300). Written under the leader's term, sent by ems-telemetryd again and
-- again until the terminal's general reply or expires_at. `result` is the terminal's word, or why there is none.
create table telemetry.terminal_text (
  id text primary key check (length(id) between 1 and 64),
  vid text not null references registry.vehicle,
  urgency text not null check (urgency in ('normal', 'emergency')),
  body text not null check (length(body) between 1 and 500),
  incident_id bigint references dispatch.incident,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  created_by text not null,                      -- a user, or 'order' for the text of a command in dispatch.outbox
  sent_at timestamptz,                           -- first
  sends integer not null default 0,
  answered_at timestamptz,
  result text check (result in ('done', 'failed', 'bad_message', 'unsupported', 'expired', 'superseded', 'unsendable'))
);
create index terminal_text_open on telemetry.terminal_text (created_at) where result is null;
create index terminal_text_vid on telemetry.terminal_text (vid, created_at);

create function telemetry.terminal_text_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('ems_terminal_text', '');
  return null;
end $$;
create trigger terminal_text_notify after insert on telemetry.terminal_text
  for each statement execute function telemetry.terminal_text_notify();

-- A dispatcher's text, its audit and the answer to its request, all or none, under the leader's term.
-- DF001 and DF004 as in 0020; DF006: the vehicle has no terminal; DF007: too many of its texts wait.
create function dispatch.terminal_text_add(p_term bigint, p_actor text, p_key text, p_hash bytea, p_response bytea, p_id text,
                                           p_vid text, p_urgency text, p_body text, p_incident bigint, p_life_ms bigint)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform dispatch.fence(p_term);
  insert into dispatch.idempotency (user_name, key, request_hash, response) values (p_actor, p_key, p_hash, p_response)
    on conflict do nothing;
  if not found then
    raise exception 'key used before' using errcode = 'DF004';
  end if;
  if not exists (select from registry.terminal where vid = p_vid) then
    raise exception 'vehicle % has no terminal', p_vid using errcode = 'DF006';
  end if;
  if (select count(*) from telemetry.terminal_text where result is null and vid = p_vid and expires_at > clock_timestamp()) >= 16
  then
    raise exception 'too many texts wait for vehicle %', p_vid using errcode = 'DF007';
  end if;
  insert into telemetry.terminal_text (id, vid, urgency, body, incident_id, expires_at, created_by)
    values (p_id, p_vid, p_urgency, p_body, nullif(p_incident, 0),
            clock_timestamp() + p_life_ms * interval '1 millisecond', p_actor);
  perform dispatch.audit_add(p_actor, 'terminal_text', nullif(p_incident, 0),
                             format('vid=%s urgency=%s text=%s', p_vid, p_urgency, p_body));
end $$;

-- What a command says, in words for a driver whose vehicle is known by its terminal alone: there nobody else shows it. Of
-- an order that is called back no earlier text is sent any more. An aid: whatever is wrong here, the command stands.
-- It waits for nobody: a lock that is not free at once is taken for a fault of the aid.
create function dispatch.command_to_terminal() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare task record; words text;
begin
  if new.assignment_id is null or not exists (select from registry.terminal where vid = new.vid)
     or exists (select from telemetry.vehicle_link where vid = new.vid and way = 'broker') then
    return null;
  end if;
  select i.id, i.number, i.address, i.complaint, h.name as hospital,
         (array['Ⅰ', 'Ⅱ', 'Ⅲ', 'Ⅳ'])[i.level] as level
    into task
    from dispatch.assignment a join dispatch.incident i on i.id = a.incident_id
    left join dispatch.unit_state u on u.assignment_id = a.id
    left join registry.hospital h on h.id = u.hospital_id
   where a.id = new.assignment_id;
  words := case new.kind
    when 'dispatch' then format('【出车】%s %s级 %s %s', task.number, task.level, task.address, task.complaint)
    when 'cancel' then format('【取消】%s', task.number)
    when 'destination' then format('【送往】%s %s', task.number, task.hospital)
    when 'correction' then format('【地点更正】%s %s', task.number, task.address)
  end;
  if words is null then
    return null;
  end if;
  if new.kind = 'cancel' then
    update telemetry.terminal_text set result = 'superseded'
     where vid = new.vid and incident_id = task.id and created_by = 'order' and result is null;
  end if;
  insert into telemetry.terminal_text (id, vid, urgency, body, incident_id, expires_at, created_by)
    values (new.id, new.vid, 'emergency', left(regexp_replace(words, '[[:cntrl:]]+', ' ', 'g'), 240), task.id, new.expires_at,
            'order');
  return null;
exception when others then
  raise warning 'no text for the terminal: %', sqlerrm;
  return null;
end $$;
-- At the end of the transaction: the incident and the unit are then as the command tells them.
create constraint trigger command_to_terminal after insert on dispatch.outbox deferrable initially deferred
  for each row execute function dispatch.command_to_terminal();

revoke execute on function telemetry.terminal_text_notify(), dispatch.command_to_terminal(),
  dispatch.terminal_text_add(bigint, text, text, bytea, bytea, text, text, text, text, bigint, bigint) from public;
grant execute on function dispatch.terminal_text_add(bigint, text, text, bytea, bytea, text, text, text, text, bigint, bigint)
  to ems_dispatch;
grant select on registry.terminal to ems_dispatch, ems_report;
grant select on telemetry.terminal_text to ems_dispatch, ems_report;
grant select, update (sent_at, sends, answered_at, result) on telemetry.terminal_text to ems_telemetry;
