-- What dispatch keeps, and what the database itself forbids whatever the programs do:
--   one live assignment per unit          partial unique index
--   only legal changes of state           table legal + triggers
--   no write by a leader who has passed   every write goes through dispatch.apply, which checks the term under a row lock
--   no change of history                  the service role has no UPDATE or DELETE there; the audit is a hash chain
-- States of units are the numbers of telemetry/wire/ems.proto; tables of dispatch/core/states.cpp are compared by a test.
-- Error states: DF001 term has passed, DF002 illegal transition, DF003 row changed meanwhile, DF004 key used before,
-- DF005 event consumed before.

-- ------------------------------------------------------------------------------------------------ leader
create table dispatch.leader (
  one boolean primary key default true check (one),
  term bigint not null,
  holder text not null,
  since timestamptz not null default clock_timestamp()
);
insert into dispatch.leader (term, holder) values (0, 'nobody');

-- Null when another session leads. The lock lives as long as the calling session: lose the session, lose the lead.
create function dispatch.become_leader(p_holder text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare new_term bigint;
begin
  if not pg_try_advisory_lock(120, 1) then
    return null;
  end if;
  update dispatch.leader set term = term + 1, holder = p_holder, since = clock_timestamp() returning term into new_term;
  return new_term;
end $$;

-- The row lock makes a takeover wait for a write in flight, and a later write of the old leader see the new term.
create function dispatch.fence(p_term bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare present bigint;
begin
  select term into present from dispatch.leader for share;
  if present is distinct from p_term then
    raise exception 'term % has passed, present term is %', p_term, present using errcode = 'DF001';
  end if;
end $$;

-- ------------------------------------------------------------------------------------------------ legal transitions
create table dispatch.legal (
  machine text not null check (machine in ('unit', 'assignment', 'incident')),
  from_state text not null,
  to_state text not null,
  cause text not null default '',
  primary key (machine, from_state, to_state)
);
insert into dispatch.legal (machine, from_state, to_state, cause) values
  ('unit', '1', '2', 'order'), ('unit', '10', '2', 'order'), ('unit', '11', '2', 'order'),
  ('unit', '2', '1', 'release'), ('unit', '3', '1', 'release'),
  ('unit', '4', '11', 'release'), ('unit', '5', '11', 'both'), ('unit', '6', '11', 'both'),
  ('unit', '1', '12', 'report'),
  ('unit', '2', '3', 'report'), ('unit', '2', '4', 'report'), ('unit', '2', '5', 'report'), ('unit', '2', '12', 'report'),
  ('unit', '3', '4', 'report'), ('unit', '3', '5', 'report'), ('unit', '3', '12', 'report'),
  ('unit', '4', '5', 'report'), ('unit', '4', '6', 'report'), ('unit', '4', '12', 'report'),
  ('unit', '5', '6', 'report'), ('unit', '5', '7', 'report'), ('unit', '5', '10', 'report'),
  ('unit', '5', '1', 'report'), ('unit', '5', '12', 'report'),
  ('unit', '6', '7', 'report'), ('unit', '6', '10', 'report'), ('unit', '6', '1', 'report'), ('unit', '6', '12', 'report'),
  ('unit', '7', '8', 'report'), ('unit', '7', '9', 'report'), ('unit', '7', '12', 'report'),
  ('unit', '8', '9', 'report'), ('unit', '8', '10', 'report'), ('unit', '8', '12', 'report'),
  ('unit', '9', '10', 'report'), ('unit', '9', '11', 'report'), ('unit', '9', '1', 'report'), ('unit', '9', '12', 'report'),
  ('unit', '10', '11', 'report'), ('unit', '10', '1', 'report'), ('unit', '10', '12', 'report'),
  ('unit', '11', '1', 'report'), ('unit', '11', '12', 'report'),
  ('unit', '12', '1', 'report'), ('unit', '12', '11', 'report'),
  ('assignment', 'ordered', 'delivered', ''), ('assignment', 'ordered', 'accepted', ''), ('assignment', 'ordered', 'refused', ''),
  ('assignment', 'ordered', 'cancelled', ''), ('assignment', 'ordered', 'timed_out', ''),
  ('assignment', 'delivered', 'accepted', ''), ('assignment', 'delivered', 'refused', ''),
  ('assignment', 'delivered', 'cancelled', ''), ('assignment', 'delivered', 'timed_out', ''),
  ('assignment', 'accepted', 'done', ''), ('assignment', 'accepted', 'cancelled', ''),
  ('incident', 'open', 'assigned', ''), ('incident', 'open', 'closed', ''), ('incident', 'open', 'cancelled', ''),
  ('incident', 'assigned', 'open', ''), ('incident', 'assigned', 'closed', '');

create function dispatch.check_transition(p_machine text, p_from text, p_to text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_from <> p_to and not exists (select from dispatch.legal
                                     where machine = p_machine and from_state = p_from and to_state = p_to) then
    raise exception '% may not go from % to %', p_machine, p_from, p_to using errcode = 'DF002';
  end if;
end $$;

-- ------------------------------------------------------------------------------------------------ calls and incidents
create sequence dispatch.call_id;
create sequence dispatch.incident_id;
create sequence dispatch.assignment_id;
create sequence dispatch.recommendation_id;

create table dispatch.day_counter (
  region text not null references registry.region,
  day date not null,
  used integer not null,
  primary key (region, day)
);

create table dispatch.incident (
  id bigint primary key,
  region text not null references registry.region,
  number text not null,                          -- per day of the region's civil time, as shown: "0034"
  day date not null,
  level smallint not null check (level between 1 and 4),
  complaint text not null check (length(complaint) <= 500),
  address text not null check (length(address) <= 500),
  lat_e7 integer not null check (lat_e7 between -900000000 and 900000000),
  lon_e7 integer not null check (lon_e7 between -1800000000 and 1800000000),
  place_source text not null default '' check (length(place_source) <= 32),
  sex text not null default '' check (sex in ('m', 'f', '')),
  age_years smallint not null default 0 check (age_years between 0 and 150),
  phone_masked text not null default '' check (length(phone_masked) <= 32),
  state text not null default 'open' check (state in ('open', 'assigned', 'closed', 'cancelled')),
  outcome text not null default '' check (length(outcome) <= 500),
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  version bigint not null default 1,
  unique (region, day, number),
  check ((ended_at is not null) = (state in ('closed', 'cancelled')))
);
create index incident_live on dispatch.incident (id) where ended_at is null;
create index incident_recent on dispatch.incident (created_at);

create table dispatch.call (
  id bigint primary key,
  incident_id bigint not null references dispatch.incident,
  ring_at timestamptz not null,
  answered_at timestamptz not null,
  taken_by text not null,
  created_at timestamptz not null default clock_timestamp()
);
create index call_incident on dispatch.call (incident_id);

-- Who the patient is stands apart and sealed (XChaCha20-Poly1305): a dump or a copy of the database does not tell.
create table dispatch.patient_identity (
  incident_id bigint primary key references dispatch.incident,
  name_sealed bytea not null,
  phone_sealed bytea not null,
  phone_index bytea not null                     -- keyed hash, finds earlier calls of a number without opening it
);
create index patient_identity_phone on dispatch.patient_identity (phone_index);

-- ------------------------------------------------------------------------------------------------ recommendation and assignment
create table dispatch.recommendation (
  id bigint primary key,
  incident_id bigint not null references dispatch.incident,
  computed_at timestamptz not null default clock_timestamp(),
  computed_for text not null,
  shown bytea not null                           -- the serialized ems.api.Recommendation, without route geometry
);
create index recommendation_incident on dispatch.recommendation (incident_id);

create table dispatch.assignment (
  id bigint primary key,
  incident_id bigint not null references dispatch.incident,
  unit_id bigint not null references registry.unit,
  state text not null default 'ordered'
    check (state in ('ordered', 'delivered', 'accepted', 'refused', 'done', 'cancelled', 'timed_out')),
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  recommendation_id bigint references dispatch.recommendation,
  override_reason text not null default '' check (length(override_reason) <= 500),
  predicted_scene_at timestamptz,
  predicted_at timestamptz,
  ended_at timestamptz,
  end_reason text not null default '',
  term bigint not null,
  version bigint not null default 1,
  constraint ended_when_terminal
    check ((ended_at is not null) = (state in ('refused', 'done', 'cancelled', 'timed_out')))
);
create unique index one_live_per_unit on dispatch.assignment (unit_id) where ended_at is null;
create index assignment_incident on dispatch.assignment (incident_id);

create function dispatch.assignment_fence() returns trigger language plpgsql as $$
begin
  perform dispatch.fence(new.term);
  return new;
end $$;
create trigger assignment_fence before insert on dispatch.assignment
  for each row execute function dispatch.assignment_fence();

-- ------------------------------------------------------------------------------------------------ units
create table dispatch.unit_state (
  unit_id bigint primary key references registry.unit,
  state smallint not null default 1 check (state between 1 and 12),
  since timestamptz not null default clock_timestamp(),
  incident_id bigint references dispatch.incident,
  assignment_id bigint references dispatch.assignment,
  stamp_assignment_id bigint references dispatch.assignment,  -- ended, but its last stamps (available, at_station) may still come
  hospital_id bigint references registry.hospital,
  command_seq bigint not null default 0,
  source text not null default 'system',
  actor text not null default '',
  version bigint not null default 1,
  -- states assigned to handover belong to a live assignment, the others to none
  constraint task_has_assignment check ((assignment_id is not null) = (state between 2 and 9)),
  check ((assignment_id is null) = (incident_id is null))
);

create table dispatch.unit_history (
  id bigint generated always as identity primary key,
  unit_id bigint not null,
  from_state smallint not null,
  to_state smallint not null,
  incident_id bigint,
  assignment_id bigint,
  source text not null,
  actor text not null,
  version bigint not null,
  at timestamptz not null default clock_timestamp()
);
create index unit_history_unit on dispatch.unit_history (unit_id, id);

create function dispatch.unit_changed() returns trigger language plpgsql as $$
begin
  perform dispatch.check_transition('unit', old.state::text, new.state::text);
  if new.unit_id <> old.unit_id then
    raise exception 'identity of a row does not change' using errcode = 'DF002';
  end if;
  if new.state <> old.state then
    insert into dispatch.unit_history (unit_id, from_state, to_state, incident_id, assignment_id, source, actor, version)
      values (new.unit_id, old.state, new.state, coalesce(new.incident_id, old.incident_id),
              coalesce(new.assignment_id, old.assignment_id), new.source, new.actor, new.version);
  end if;
  return new;
end $$;
create trigger unit_changed before update on dispatch.unit_state
  for each row execute function dispatch.unit_changed();

create function dispatch.assignment_changed() returns trigger language plpgsql as $$
begin
  perform dispatch.check_transition('assignment', old.state, new.state);
  if (new.id, new.incident_id, new.unit_id, new.created_at, new.created_by) is distinct from
     (old.id, old.incident_id, old.unit_id, old.created_at, old.created_by) then
    raise exception 'identity of a row does not change' using errcode = 'DF002';
  end if;
  return new;
end $$;
create trigger assignment_changed before update on dispatch.assignment
  for each row execute function dispatch.assignment_changed();

create function dispatch.incident_changed() returns trigger language plpgsql as $$
begin
  perform dispatch.check_transition('incident', old.state, new.state);
  if (new.id, new.region, new.number, new.created_at) is distinct from (old.id, old.region, old.number, old.created_at) then
    raise exception 'identity of a row does not change' using errcode = 'DF002';
  end if;
  return new;
end $$;
create trigger incident_changed before update on dispatch.incident
  for each row execute function dispatch.incident_changed();

-- ------------------------------------------------------------------------------------------------ stamps
-- Never changed. A correction is a further row that names the one it corrects. Either a time or a reason why none will come.
create table dispatch.stamp (
  id bigint generated always as identity primary key,
  incident_id bigint not null references dispatch.incident,
  assignment_id bigint references dispatch.assignment,
  unit_id bigint references registry.unit,
  event text not null check (event in ('ring_start', 'answered', 'case_opened', 'unit_assigned', 'crew_ack', 'wheels', 'at_scene',
    'at_patient', 'left_scene', 'at_hospital', 'handover', 'left_hospital', 'available', 'at_station', 'cancelled')),
  at timestamptz,
  device_us bigint not null default 0,
  received_at timestamptz not null default clock_timestamp(),
  source text not null check (source in ('crew_button', 'geofence', 'dispatcher', 'device', 'system', 'caller_line')),
  actor text not null,
  not_applicable text not null default '',
  corrects bigint references dispatch.stamp,
  check ((at is null) = (not_applicable <> ''))
);
create unique index stamp_once on dispatch.stamp (incident_id, event, coalesce(assignment_id, 0)) where corrects is null;
-- stamp_once is partial and serves no reading of a case with its corrections; without these a start grows with the archive
create index stamp_incident on dispatch.stamp (incident_id);
create index stamp_correction on dispatch.stamp (corrects) where corrects is not null;

-- ------------------------------------------------------------------------------------------------ outbox
create table dispatch.outbox (
  id text primary key check (length(id) <= 64),
  unit_id bigint not null references registry.unit,
  vid text not null references registry.vehicle,
  assignment_id bigint references dispatch.assignment,
  kind text not null check (kind in ('dispatch', 'cancel', 'destination', 'text', 'correction')),
  body bytea not null,                           -- serialized CommandBody; term and unit_seq are filled in when it is sent
  unit_seq bigint not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'queued'
    check (state in ('queued', 'sent', 'stored', 'accepted', 'refused', 'expired', 'superseded')),
  attempts integer not null default 0,
  first_sent_at timestamptz,
  acked_at timestamptz,
  answered_at timestamptz,
  note text not null default ''
);
create index outbox_open on dispatch.outbox (unit_id, unit_seq) where state in ('queued', 'sent');
create index outbox_assignment on dispatch.outbox (assignment_id);

-- ------------------------------------------------------------------------------------------------ idempotency
create table dispatch.idempotency (
  user_name text not null,
  key text not null check (length(key) between 1 and 64),
  request_hash bytea not null,
  response bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_name, key)
);
create index idempotency_age on dispatch.idempotency (created_at);

create function dispatch.forget_keys(p_older interval) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with gone as (delete from dispatch.idempotency
                 where created_at < clock_timestamp() - greatest(p_older, interval '1 hour') returning 1)
  select count(*) from gone
$$;

-- ------------------------------------------------------------------------------------------------ audit
create table dispatch.audit (
  n bigint primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  incident_id bigint,
  detail text not null,
  prev bytea not null,
  hash bytea not null
);
create index audit_incident on dispatch.audit (incident_id, n);
create table dispatch.audit_head (
  one boolean primary key default true check (one),
  n bigint not null,
  hash bytea not null
);
insert into dispatch.audit_head (n, hash) values (0, sha256('ems'));

create function dispatch.audit_hash(p_prev bytea, p_n bigint, p_at timestamptz, p_actor text, p_action text,
                                    p_incident bigint, p_detail text) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select sha256(p_prev || convert_to(jsonb_build_array(p_n, (extract(epoch from p_at) * 1000000)::bigint, p_actor, p_action,
                                                       p_incident, p_detail)::text, 'UTF8'))
$$;

-- The head's row lock orders the chain; every writer of one transaction waits for it last.
create function dispatch.audit_add(p_actor text, p_action text, p_incident bigint, p_detail text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare head dispatch.audit_head; moment timestamptz; fresh bytea;
begin
  select * into head from dispatch.audit_head for update;
  moment := clock_timestamp();
  fresh := dispatch.audit_hash(head.hash, head.n + 1, moment, p_actor, p_action, p_incident, p_detail);
  insert into dispatch.audit values (head.n + 1, moment, p_actor, p_action, p_incident, p_detail, head.hash, fresh);
  update dispatch.audit_head set n = head.n + 1, hash = fresh;
  return head.n + 1;
end $$;

-- Number of the first row that does not fit the chain; null when all fit.
create function dispatch.audit_verify() returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare row dispatch.audit; last bytea := sha256('ems'); expected bigint := 1; head dispatch.audit_head;
begin
  for row in select * from dispatch.audit order by n loop
    if row.n <> expected or row.prev <> last
       or row.hash <> dispatch.audit_hash(row.prev, row.n, row.at, row.actor, row.action, row.incident_id, row.detail) then
      return row.n;
    end if;
    last := row.hash;
    expected := expected + 1;
  end loop;
  select * into head from dispatch.audit_head;
  if head.n <> expected - 1 or head.hash <> last then
    return expected;
  end if;
  return null;
end $$;

-- ------------------------------------------------------------------------------------------------ rows as programs read them
create function dispatch.us(p timestamptz) returns bigint language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce((extract(epoch from p) * 1000000)::bigint, 0)
$$;
create function dispatch.ts(p_us bigint) returns timestamptz language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when coalesce(p_us, 0) = 0 then null
              else to_timestamp(p_us / 1000000) + (p_us % 1000000) * interval '1 microsecond' end
$$;

create function dispatch.unit_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', unit_id, 'state', state, 'since', dispatch.us(since),
      'incident', coalesce(incident_id, 0), 'assignment', coalesce(assignment_id, 0),
      'stamp_assignment', coalesce(stamp_assignment_id, 0), 'hospital', coalesce(hospital_id, 0),
      'version', version) order by unit_id), '[]')
    from dispatch.unit_state where unit_id = any (p_ids)
$$;
create function dispatch.assignment_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'incident', a.incident_id, 'unit', a.unit_id, 'state', a.state,
      'created', dispatch.us(a.created_at), 'predicted_scene', dispatch.us(a.predicted_scene_at),
      'predicted_at', dispatch.us(a.predicted_at), 'end_reason', a.end_reason, 'version', a.version,
      'command_state', coalesce((select o.state from dispatch.outbox o where o.assignment_id = a.id and o.kind = 'dispatch'
                                  order by o.unit_seq desc limit 1), '')) order by a.id), '[]')
    from dispatch.assignment a where a.id = any (p_ids)
$$;
create function dispatch.stamp_rows(p_incident bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('event', s.event, 'at', dispatch.us(s.at), 'device', s.device_us,
      'received', dispatch.us(s.received_at), 'source', s.source, 'unit', coalesce(s.unit_id, 0),
      'assignment', coalesce(s.assignment_id, 0), 'na', s.not_applicable) order by s.id), '[]')
    from dispatch.stamp s
   where s.incident_id = p_incident
     and not exists (select from dispatch.stamp c where c.corrects = s.id)
$$;
create function dispatch.incident_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'level', level, 'complaint', complaint,
      'address', address, 'lat_e7', lat_e7, 'lon_e7', lon_e7, 'place_source', place_source, 'sex', sex, 'age', age_years,
      'phone', phone_masked, 'state', state, 'created', dispatch.us(created_at), 'version', version,
      'stamps', dispatch.stamp_rows(id)) order by id), '[]')
    from dispatch.incident where id = any (p_ids)
$$;

create function dispatch.command_rows(p_ids text[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'unit', unit_id, 'vid', vid, 'assignment', coalesce(assignment_id, 0),
      'kind', kind, 'state', state, 'unit_seq', unit_seq, 'issued', dispatch.us(issued_at),
      'expires', dispatch.us(expires_at), 'attempts', attempts,
      'body', case when state in ('queued', 'sent') then encode(body, 'hex') else '' end)
      order by unit_id, unit_seq), '[]')
    from dispatch.outbox where id = any (p_ids)
$$;

-- All that a server needs to go on where another stopped: open incidents, those ended within 24 h (newest 500), their
-- assignments and their commands, all units, open commands. What is long over is not read: a restart takes as long after
-- ten years as after ten days.
create function dispatch.load() returns jsonb language sql stable as $$
  with shown as (
    (select id from dispatch.incident where ended_at is null)
    union
    (select id from dispatch.incident where ended_at is not null and created_at > clock_timestamp() - interval '24 hours'
      order by id desc limit 500)
    union
    (select a.incident_id from dispatch.unit_state u join dispatch.assignment a on a.id = u.stamp_assignment_id))
  select jsonb_build_object(
    'units', dispatch.unit_rows((select array_agg(unit_id) from dispatch.unit_state)),
    'incidents', dispatch.incident_rows((select array_agg(id) from shown)),
    'assignments', dispatch.assignment_rows((select array_agg(a.id) from dispatch.assignment a join shown s on s.id = a.incident_id)),
    'commands', dispatch.command_rows((select array_agg(id) from
       (select o.id from dispatch.outbox o where o.state in ('queued', 'sent')
        union
        select o.id from dispatch.outbox o join dispatch.assignment a on a.id = o.assignment_id
                                           join shown s on s.id = a.incident_id) c)))
$$;

-- Alarms that were consumed; a server that takes over reads the newest to know which stand.
create index inbox_alarm on telemetry.inbox (id) where outcome = 'noted: alarm';

-- ------------------------------------------------------------------------------------------------ the one way to write
-- Ids are taken before the transaction, because an order's body and a stored response contain them. Gaps are harmless.
create function dispatch.take_ids(p_region text, p_day date) returns table (call_id bigint, incident_id bigint, number text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare taken integer;
begin
  insert into dispatch.day_counter as c (region, day, used) values (p_region, p_day, 1)
    on conflict (region, day) do update set used = c.used + 1 returning used into taken;
  return query select nextval('dispatch.call_id'), nextval('dispatch.incident_id'), lpad(taken::text, greatest(4, length(taken::text)), '0');
end $$;

create function dispatch.op_open(op jsonb, p_actor text) returns void language plpgsql as $$
begin
  insert into dispatch.incident (id, region, number, day, level, complaint, address, lat_e7, lon_e7, place_source, sex,
                                 age_years, phone_masked)
    values ((op->>'incident')::bigint, op->>'region', op->>'number', (op->>'day')::date, (op->>'level')::smallint,
            op->>'complaint', op->>'address', (op->>'lat_e7')::integer, (op->>'lon_e7')::integer, op->>'place_source',
            op->>'sex', (op->>'age')::smallint, op->>'phone_masked');
  insert into dispatch.call (id, incident_id, ring_at, answered_at, taken_by)
    values ((op->>'call')::bigint, (op->>'incident')::bigint, dispatch.ts((op->>'ring')::bigint),
            dispatch.ts((op->>'answered')::bigint), p_actor);
  insert into dispatch.patient_identity (incident_id, name_sealed, phone_sealed, phone_index)
    values ((op->>'incident')::bigint, decode(op->>'name_sealed', 'hex'), decode(op->>'phone_sealed', 'hex'),
            decode(op->>'phone_index', 'hex'));
end $$;

create function dispatch.op_incident(op jsonb) returns void language plpgsql as $$
begin
  update dispatch.incident
     set state = op->>'state', level = (op->>'level')::smallint, complaint = op->>'complaint', address = op->>'address',
         lat_e7 = (op->>'lat_e7')::integer, lon_e7 = (op->>'lon_e7')::integer, outcome = op->>'outcome',
         ended_at = case when op->>'state' in ('closed', 'cancelled') then coalesce(ended_at, clock_timestamp()) end,
         version = version + 1
   where id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'incident % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;

create function dispatch.op_assignment(op jsonb) returns void language plpgsql as $$
begin
  update dispatch.assignment
     set state = op->>'state', end_reason = op->>'end_reason',
         ended_at = case when op->>'state' in ('refused', 'done', 'cancelled', 'timed_out')
                         then coalesce(ended_at, clock_timestamp()) end,
         version = version + 1
   where id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'assignment % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;

create function dispatch.op_unit(op jsonb, p_actor text) returns void language plpgsql as $$
begin
  update dispatch.unit_state
     set since = case when state <> (op->>'state')::smallint then clock_timestamp() else since end,
         state = (op->>'state')::smallint, incident_id = nullif((op->>'incident')::bigint, 0),
         assignment_id = nullif((op->>'assignment')::bigint, 0),
         stamp_assignment_id = nullif((op->>'stamp_assignment')::bigint, 0),
         hospital_id = nullif((op->>'hospital')::bigint, 0), source = op->>'source', actor = p_actor, version = version + 1
   where unit_id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'unit % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;

create function dispatch.op_command(op jsonb) returns void language plpgsql as $$
declare next_seq bigint;
begin
  update dispatch.unit_state set command_seq = command_seq + 1 where unit_id = (op->>'unit')::bigint
    returning command_seq into next_seq;
  insert into dispatch.outbox (id, unit_id, vid, assignment_id, kind, body, unit_seq, issued_at, expires_at)
    values (op->>'id', (op->>'unit')::bigint, op->>'vid', nullif((op->>'assignment')::bigint, 0), op->>'kind',
            decode(op->>'body', 'hex'), next_seq, dispatch.ts((op->>'issued')::bigint),
            dispatch.ts((op->>'expires')::bigint));
end $$;

-- A command only moves forward; a late or repeated acknowledgement changes nothing.
create function dispatch.op_command_state(op jsonb) returns void language plpgsql as $$
begin
  update dispatch.outbox
     set state = op->>'state', attempts = greatest(attempts, (op->>'attempts')::integer),
         first_sent_at = case when op->>'state' = 'sent' then coalesce(first_sent_at, clock_timestamp()) else first_sent_at end,
         acked_at = case when op->>'state' <> 'sent' then coalesce(acked_at, clock_timestamp()) end,
         answered_at = case when op->>'state' in ('accepted', 'refused') then clock_timestamp() else answered_at end,
         note = left(op->>'note', 500)
   where id = op->>'id'
     and array_position(array['queued', 'sent', 'stored', 'accepted', 'refused', 'expired', 'superseded'], state)
         < array_position(array['queued', 'sent', 'stored', 'accepted', 'refused', 'expired', 'superseded'], op->>'state')
     and state not in ('accepted', 'refused', 'expired', 'superseded');
end $$;

create function dispatch.op_stamp(op jsonb, p_actor text) returns void language sql as $$
  insert into dispatch.stamp (incident_id, assignment_id, unit_id, event, at, device_us, received_at, source, actor, not_applicable)
    values ((op->>'incident')::bigint, nullif((op->>'assignment')::bigint, 0), nullif((op->>'unit')::bigint, 0), op->>'event',
            dispatch.ts((op->>'at')::bigint), (op->>'device')::bigint,
            coalesce(dispatch.ts((op->>'received')::bigint), clock_timestamp()), op->>'source', p_actor, op->>'na')
    on conflict (incident_id, event, coalesce(assignment_id, 0)) where corrects is null do nothing
$$;

-- Applies the operations of one decision, all or none, under the leader's term. Answers with the rows as they now are.
-- The service role writes through this door alone: it holds no right on the tables themselves.
create function dispatch.apply(p_term bigint, p_actor text, p_ops jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare op jsonb; units bigint[] := '{}'; incidents bigint[] := '{}'; assignments bigint[] := '{}';
        commands text[] := '{}';
begin
  perform dispatch.fence(p_term);
  for op in select * from jsonb_array_elements(p_ops) loop
    case op->>'op'
      when 'consume' then
        update telemetry.inbox set consumed_at = clock_timestamp(), consumed_term = p_term, outcome = left(op->>'outcome', 200)
         where id = (op->>'id')::bigint and consumed_at is null;
        if not found then
          raise exception 'event % consumed before', op->>'id' using errcode = 'DF005';
        end if;
      when 'key' then
        insert into dispatch.idempotency (user_name, key, request_hash, response)
          values (op->>'user', op->>'key', decode(op->>'hash', 'hex'), decode(op->>'response', 'hex'))
          on conflict do nothing;
        if not found then
          raise exception 'key used before' using errcode = 'DF004';
        end if;
      when 'open' then
        perform dispatch.op_open(op, p_actor);
        incidents := incidents || (op->>'incident')::bigint;
      when 'incident' then
        perform dispatch.op_incident(op);
        incidents := incidents || (op->>'id')::bigint;
      when 'recommendation' then
        insert into dispatch.recommendation (id, incident_id, computed_for, shown)
          values ((op->>'id')::bigint, (op->>'incident')::bigint, p_actor, decode(op->>'shown', 'hex'));
      when 'assign' then
        insert into dispatch.assignment (id, incident_id, unit_id, created_by, recommendation_id, override_reason,
                                         predicted_scene_at, predicted_at, term)
          values ((op->>'id')::bigint, (op->>'incident')::bigint, (op->>'unit')::bigint, p_actor,
                  nullif((op->>'recommendation')::bigint, 0), op->>'override_reason',
                  dispatch.ts((op->>'predicted_scene')::bigint), dispatch.ts((op->>'predicted_at')::bigint), p_term);
        assignments := assignments || (op->>'id')::bigint;
      when 'assignment' then
        perform dispatch.op_assignment(op);
        assignments := assignments || (op->>'id')::bigint;
      when 'unit' then
        perform dispatch.op_unit(op, p_actor);
        units := units || (op->>'id')::bigint;
      when 'command' then
        perform dispatch.op_command(op);
        commands := commands || (op->>'id');
      when 'command_state' then
        perform dispatch.op_command_state(op);
        commands := commands || (op->>'id');
        assignments := assignments || (op->>'assignment')::bigint;
      when 'stamp' then
        perform dispatch.op_stamp(op, p_actor);
        incidents := incidents || (op->>'incident')::bigint;
      when 'audit' then
        perform dispatch.audit_add(p_actor, op->>'action', nullif((op->>'incident')::bigint, 0), op->>'detail');
    end case;
  end loop;
  return jsonb_build_object('units', dispatch.unit_rows(units), 'incidents', dispatch.incident_rows(incidents),
                            'assignments', dispatch.assignment_rows(assignments), 'commands', dispatch.command_rows(commands));
end $$;

-- A unit of the registry gets its row of state when a leader first sees it.
create function dispatch.ensure_units(p_term bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform dispatch.fence(p_term);
  insert into dispatch.unit_state (unit_id) select id from registry.unit on conflict do nothing;
end $$;

-- ------------------------------------------------------------------------------------------------ rights
-- Every write of ems-dispatchd passes apply(), which checks the term; what it may do beside it is listed here and in 0003.
revoke execute on all functions in schema dispatch from public;
grant usage on schema registry, dispatch, telemetry to ems_dispatch;
grant select on all tables in schema registry to ems_dispatch;
grant usage on all sequences in schema dispatch to ems_dispatch;
grant execute on function dispatch.become_leader(text), dispatch.ensure_units(bigint), dispatch.load(),
  dispatch.take_ids(text, date), dispatch.apply(bigint, text, jsonb), dispatch.forget_keys(interval),
  dispatch.audit_add(text, text, bigint, text), dispatch.audit_verify(), dispatch.us(timestamptz), dispatch.ts(bigint),
  dispatch.unit_rows(bigint[]), dispatch.assignment_rows(bigint[]), dispatch.stamp_rows(bigint),
  dispatch.incident_rows(bigint[]), dispatch.command_rows(text[]) to ems_dispatch;
grant select on dispatch.leader, dispatch.legal, dispatch.audit, dispatch.audit_head, dispatch.incident, dispatch.call,
  dispatch.patient_identity, dispatch.recommendation, dispatch.assignment, dispatch.unit_state, dispatch.unit_history,
  dispatch.stamp, dispatch.outbox, dispatch.idempotency to ems_dispatch;
grant select on telemetry.inbox to ems_dispatch;

grant usage on schema registry, dispatch, telemetry to ems_report;
grant select on all tables in schema registry to ems_report;
grant select on telemetry.inbox to ems_report;
grant select on dispatch.leader, dispatch.legal, dispatch.incident, dispatch.call, dispatch.recommendation, dispatch.assignment,
  dispatch.unit_state, dispatch.unit_history, dispatch.stamp, dispatch.outbox, dispatch.audit, dispatch.audit_head to ems_report;
grant execute on function dispatch.us(timestamptz), dispatch.stamp_rows(bigint), dispatch.incident_rows(bigint[]),
  dispatch.assignment_rows(bigint[]), dispatch.unit_rows(bigint[]), dispatch.audit_verify() to ems_report;
