-- The life of a call beyond one unit and one order: several units, another unit instead, a more urgent call instead,
-- transfers with a planned time, postings of units that are free, proposals of fences, corrections beside the originals.
-- What the database forbids on its own, at the end of each transaction whatever the programs do:
--   a live assignment is the one its unit holds, and a unit holds no other     (DF002)
--   an incident is 'assigned' exactly while a live assignment is on it, and no live one is on an ended incident (DF002)
-- DF006: nothing to change.

alter table dispatch.incident
  add column kind text not null default 'emergency' check (kind in ('emergency', 'transfer')),
  add column planned_at timestamptz,
  add column destination_id bigint references registry.hospital,
  add column units_wanted smallint not null default 1 check (units_wanted between 1 and 20),
  add column need_class text not null default '' check (need_class in ('', 'A', 'B', 'C', 'D')),
  add column need_capabilities text not null default '' check (length(need_capabilities) <= 200),
  add column need_isolation text not null default 'none' check (need_isolation in ('none', 'infectious')),
  add constraint planned_when_transfer
    check ((kind = 'transfer') = (planned_at is not null) and (kind <> 'transfer' or destination_id is not null)),
  add constraint place_is_not_the_sea check (lat_e7 <> 0 or lon_e7 <> 0);
alter table dispatch.assignment
  add column end_note text not null default '' check (length(end_note) <= 500);
-- What dispatch knows of a unit beside its state. Null and 0: not known.
alter table dispatch.unit_state
  add column crew_until timestamptz,
  add column fuel_range_km integer not null default 0 check (fuel_range_km between 0 and 2000),
  add column contaminated boolean not null default false;

-- ------------------------------------------------------------------------------------------------ transitions
alter table dispatch.legal drop constraint legal_machine_check;
alter table dispatch.legal add constraint legal_machine_check
  check (machine in ('unit', 'assignment', 'incident', 'posting'));
insert into dispatch.legal (machine, from_state, to_state, cause) values
  ('unit', '3', '2', 'divert'), ('unit', '4', '2', 'divert'),
  ('posting', 'ordered', 'delivered', ''), ('posting', 'ordered', 'arrived', ''), ('posting', 'ordered', 'done', ''),
  ('posting', 'ordered', 'refused', ''), ('posting', 'ordered', 'cancelled', ''),
  ('posting', 'delivered', 'arrived', ''), ('posting', 'delivered', 'done', ''), ('posting', 'delivered', 'refused', ''),
  ('posting', 'delivered', 'cancelled', ''),
  ('posting', 'arrived', 'done', ''), ('posting', 'arrived', 'cancelled', '');

-- A unit that is diverted before its crew answered stays 'assigned': that is history too.
create or replace function dispatch.unit_changed() returns trigger language plpgsql as $$
begin
  perform dispatch.check_transition('unit', old.state::text, new.state::text);
  if new.unit_id <> old.unit_id then
    raise exception 'identity of a row does not change' using errcode = 'DF002';
  end if;
  if new.state <> old.state or new.assignment_id is distinct from old.assignment_id then
    insert into dispatch.unit_history (unit_id, from_state, to_state, incident_id, assignment_id, source, actor, version)
      values (new.unit_id, old.state, new.state, coalesce(new.incident_id, old.incident_id),
              coalesce(new.assignment_id, old.assignment_id), new.source, new.actor, new.version);
  end if;
  return new;
end $$;

create function dispatch.assignment_fits() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare row dispatch.assignment; incident_state text; live boolean;
begin
  select * into row from dispatch.assignment where id = new.id;
  if row.ended_at is null and not exists (select from dispatch.unit_state
       where unit_id = row.unit_id and assignment_id = row.id and incident_id = row.incident_id) then
    raise exception 'assignment % is live and its unit does not hold it', row.id using errcode = 'DF002';
  end if;
  if row.ended_at is not null and exists (select from dispatch.unit_state where assignment_id = row.id) then
    raise exception 'assignment % has ended and its unit holds it', row.id using errcode = 'DF002';
  end if;
  select state into incident_state from dispatch.incident where id = row.incident_id;
  live := exists (select from dispatch.assignment where incident_id = row.incident_id and ended_at is null);
  if live <> (incident_state = 'assigned') then
    raise exception 'incident % is % and its assignments say otherwise', row.incident_id, incident_state
      using errcode = 'DF002';
  end if;
  return null;
end $$;
create constraint trigger assignment_fits after insert or update of state, ended_at on dispatch.assignment
  deferrable initially deferred for each row execute function dispatch.assignment_fits();

create function dispatch.unit_fits() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from dispatch.unit_state u join dispatch.assignment a on a.id = u.assignment_id
              where u.unit_id = new.unit_id
                and (a.ended_at is not null or a.unit_id <> u.unit_id or a.incident_id <> u.incident_id)) then
    raise exception 'unit % holds an assignment that is not its own', new.unit_id using errcode = 'DF002';
  end if;
  return null;
end $$;
create constraint trigger unit_fits after update of assignment_id, incident_id on dispatch.unit_state
  deferrable initially deferred for each row execute function dispatch.unit_fits();

create function dispatch.incident_fits() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if (select state = 'assigned' from dispatch.incident where id = new.id)
     <> exists (select from dispatch.assignment where incident_id = new.id and ended_at is null) then
    raise exception 'incident % and its assignments say different things', new.id using errcode = 'DF002';
  end if;
  return null;
end $$;
create constraint trigger incident_fits after insert or update of state on dispatch.incident
  deferrable initially deferred for each row execute function dispatch.incident_fits();
create index assignment_live_incident on dispatch.assignment (incident_id) where ended_at is null;

-- ------------------------------------------------------------------------------------------------ postings
create sequence dispatch.posting_id;
create table dispatch.posting (
  id bigint primary key,
  unit_id bigint not null references registry.unit,
  kind text not null check (kind in ('standby', 'relocation', 'go_home')),
  state text not null default 'ordered' check (state in ('ordered', 'delivered', 'arrived', 'done', 'refused', 'cancelled')),
  station_id bigint references registry.station,     -- null: a place of its own
  lat_e7 integer not null check (lat_e7 between -900000000 and 900000000),
  lon_e7 integer not null check (lon_e7 between -1800000000 and 1800000000),
  name text not null check (length(name) between 1 and 100),
  command_id text not null default '' check (length(command_id) <= 64),   -- of the order to its vehicle; empty: by voice
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  ended_at timestamptz,
  end_reason text not null default '' check (length(end_reason) <= 500),
  version bigint not null default 1,
  check ((ended_at is not null) = (state in ('done', 'refused', 'cancelled')))
);
create unique index one_live_posting_per_unit on dispatch.posting (unit_id) where ended_at is null;

create function dispatch.posting_changed() returns trigger language plpgsql as $$
begin
  perform dispatch.check_transition('posting', old.state, new.state);
  if (new.id, new.unit_id, new.kind, new.created_at) is distinct from (old.id, old.unit_id, old.kind, old.created_at) then
    raise exception 'identity of a row does not change' using errcode = 'DF002';
  end if;
  return new;
end $$;
create trigger posting_changed before update on dispatch.posting
  for each row execute function dispatch.posting_changed();

-- ------------------------------------------------------------------------------------------------ proposals
-- What a fence or a speed suggests. The stamp is another row, made when somebody says so.
create table dispatch.proposal (
  id bigint generated always as identity primary key,
  unit_id bigint not null references registry.unit,
  assignment_id bigint references dispatch.assignment,
  incident_id bigint references dispatch.incident,
  state smallint not null check (state between 1 and 12),
  source text not null check (source in ('geofence', 'device')),
  at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  outcome text not null default 'open' check (outcome in ('open', 'confirmed', 'dismissed', 'superseded')),
  resolved_at timestamptz,
  resolved_by text not null default '',
  check ((resolved_at is not null) = (outcome <> 'open'))
);
create unique index proposal_open on dispatch.proposal (unit_id, state) where outcome = 'open';
create index proposal_incident on dispatch.proposal (incident_id);

create function dispatch.proposal_changed() returns trigger language plpgsql as $$
begin
  if old.outcome <> 'open' or (new.id, new.unit_id, new.state, new.source, new.at, new.received_at)
       is distinct from (old.id, old.unit_id, old.state, old.source, old.at, old.received_at) then
    raise exception 'a proposal is answered once and never changed' using errcode = 'DF002';
  end if;
  return new;
end $$;
create trigger proposal_changed before update on dispatch.proposal
  for each row execute function dispatch.proposal_changed();

-- Of each stamp at most one correction; a correction may be corrected.
create unique index stamp_corrected_once on dispatch.stamp (corrects) where corrects is not null;

-- ------------------------------------------------------------------------------------------------ rows as programs read them
create or replace function dispatch.unit_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', unit_id, 'state', state, 'since', dispatch.us(since),
      'incident', coalesce(incident_id, 0), 'assignment', coalesce(assignment_id, 0),
      'stamp_assignment', coalesce(stamp_assignment_id, 0), 'hospital', coalesce(hospital_id, 0),
      'version', version, 'crew_until', dispatch.us(crew_until), 'fuel_range_km', fuel_range_km,
      'contaminated', contaminated) order by unit_id), '[]')
    from dispatch.unit_state where unit_id = any (p_ids)
$$;
create or replace function dispatch.assignment_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'incident', a.incident_id, 'unit', a.unit_id, 'state', a.state,
      'created', dispatch.us(a.created_at), 'predicted_scene', dispatch.us(a.predicted_scene_at),
      'predicted_at', dispatch.us(a.predicted_at), 'end_reason', a.end_reason, 'end_note', a.end_note, 'version', a.version,
      'command_state', coalesce((select o.state from dispatch.outbox o where o.assignment_id = a.id and o.kind = 'dispatch'
                                  order by o.unit_seq desc limit 1), '')) order by a.id), '[]')
    from dispatch.assignment a where a.id = any (p_ids)
$$;
create or replace function dispatch.incident_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'level', level, 'complaint', complaint,
      'address', address, 'lat_e7', lat_e7, 'lon_e7', lon_e7, 'place_source', place_source, 'sex', sex, 'age', age_years,
      'phone', phone_masked, 'state', state, 'created', dispatch.us(created_at), 'version', version,
      'kind', kind, 'planned', dispatch.us(planned_at), 'destination', coalesce(destination_id, 0),
      'units_wanted', units_wanted, 'need_class', need_class, 'need_capabilities', need_capabilities,
      'need_isolation', need_isolation, 'stamps', dispatch.stamp_rows(id)) order by id), '[]')
    from dispatch.incident where id = any (p_ids)
$$;
create function dispatch.posting_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'unit', unit_id, 'kind', kind, 'state', state,
      'station', coalesce(station_id, 0), 'lat_e7', lat_e7, 'lon_e7', lon_e7, 'name', name, 'command', command_id,
      'created', dispatch.us(created_at), 'end_reason', end_reason, 'version', version) order by id), '[]')
    from dispatch.posting where id = any (p_ids)
$$;
create function dispatch.proposal_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'unit', unit_id, 'assignment', coalesce(assignment_id, 0),
      'incident', coalesce(incident_id, 0), 'state', state, 'source', source, 'at', dispatch.us(at),
      'received', dispatch.us(received_at), 'outcome', outcome) order by id), '[]')
    from dispatch.proposal where id = any (p_ids)
$$;

create or replace function dispatch.load() returns jsonb language sql stable as $$
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
    'postings', dispatch.posting_rows((select array_agg(id) from dispatch.posting where ended_at is null)),
    'proposals', dispatch.proposal_rows((select array_agg(id) from dispatch.proposal where outcome = 'open')),
    'commands', dispatch.command_rows((select array_agg(id) from
       (select o.id from dispatch.outbox o where o.state in ('queued', 'sent')
        union
        select o.id from dispatch.outbox o join dispatch.assignment a on a.id = o.assignment_id
                                           join shown s on s.id = a.incident_id) c)))
$$;

-- ------------------------------------------------------------------------------------------------ operations
create or replace function dispatch.op_open(op jsonb, p_actor text) returns void language plpgsql as $$
begin
  insert into dispatch.incident (id, region, number, day, level, complaint, address, lat_e7, lon_e7, place_source, sex,
                                 age_years, phone_masked, kind, planned_at, destination_id, units_wanted, need_class,
                                 need_capabilities, need_isolation)
    values ((op->>'incident')::bigint, op->>'region', op->>'number', (op->>'day')::date, (op->>'level')::smallint,
            op->>'complaint', op->>'address', (op->>'lat_e7')::integer, (op->>'lon_e7')::integer, op->>'place_source',
            op->>'sex', (op->>'age')::smallint, op->>'phone_masked', op->>'kind', dispatch.ts((op->>'planned')::bigint),
            nullif((op->>'destination')::bigint, 0), (op->>'units_wanted')::smallint, op->>'need_class',
            op->>'need_capabilities', op->>'need_isolation');
  insert into dispatch.call (id, incident_id, ring_at, answered_at, taken_by)
    values ((op->>'call')::bigint, (op->>'incident')::bigint, dispatch.ts((op->>'ring')::bigint),
            dispatch.ts((op->>'answered')::bigint), p_actor);
  insert into dispatch.patient_identity (incident_id, name_sealed, phone_sealed, phone_index)
    values ((op->>'incident')::bigint, decode(op->>'name_sealed', 'hex'), decode(op->>'phone_sealed', 'hex'),
            decode(op->>'phone_index', 'hex'));
end $$;

create or replace function dispatch.op_incident(op jsonb) returns void language plpgsql as $$
begin
  update dispatch.incident
     set state = op->>'state', level = (op->>'level')::smallint, complaint = op->>'complaint', address = op->>'address',
         lat_e7 = (op->>'lat_e7')::integer, lon_e7 = (op->>'lon_e7')::integer, place_source = op->>'place_source',
         planned_at = dispatch.ts((op->>'planned')::bigint), units_wanted = (op->>'units_wanted')::smallint,
         need_class = op->>'need_class', need_capabilities = op->>'need_capabilities',
         need_isolation = op->>'need_isolation', outcome = op->>'outcome',
         ended_at = case when op->>'state' in ('closed', 'cancelled') then coalesce(ended_at, clock_timestamp()) end,
         version = version + 1
   where id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'incident % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;

create or replace function dispatch.op_assignment(op jsonb) returns void language plpgsql as $$
begin
  update dispatch.assignment
     set state = op->>'state', end_reason = op->>'end_reason', end_note = left(op->>'end_note', 500),
         ended_at = case when op->>'state' in ('refused', 'done', 'cancelled', 'timed_out')
                         then coalesce(ended_at, clock_timestamp()) end,
         version = version + 1
   where id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'assignment % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;

create or replace function dispatch.op_unit(op jsonb, p_actor text) returns void language plpgsql as $$
begin
  update dispatch.unit_state
     set since = case when state <> (op->>'state')::smallint then clock_timestamp() else since end,
         state = (op->>'state')::smallint, incident_id = nullif((op->>'incident')::bigint, 0),
         assignment_id = nullif((op->>'assignment')::bigint, 0),
         stamp_assignment_id = nullif((op->>'stamp_assignment')::bigint, 0),
         hospital_id = nullif((op->>'hospital')::bigint, 0), crew_until = dispatch.ts((op->>'crew_until')::bigint),
         fuel_range_km = (op->>'fuel_range_km')::integer, contaminated = (op->>'contaminated')::boolean,
         source = op->>'source', actor = p_actor, version = version + 1
   where unit_id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'unit % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;

create function dispatch.op_correct(op jsonb, p_actor text) returns void language plpgsql as $$
declare original dispatch.stamp;
begin
  select * into original from dispatch.stamp s
   where s.incident_id = (op->>'incident')::bigint and s.event = op->>'event'
     and coalesce(s.assignment_id, 0) = (op->>'assignment')::bigint
     and not exists (select from dispatch.stamp c where c.corrects = s.id);
  if not found then
    raise exception 'no stamp % of incident %', op->>'event', op->>'incident' using errcode = 'DF006';
  end if;
  insert into dispatch.stamp (incident_id, assignment_id, unit_id, event, at, device_us, received_at, source, actor, corrects)
    values (original.incident_id, original.assignment_id, original.unit_id, original.event,
            dispatch.ts((op->>'at')::bigint), 0, dispatch.ts((op->>'received')::bigint), op->>'source', p_actor, original.id);
end $$;

create function dispatch.op_posting(op jsonb) returns void language plpgsql as $$
begin
  update dispatch.posting
     set state = op->>'state', end_reason = left(op->>'end_reason', 500),
         ended_at = case when op->>'state' in ('done', 'refused', 'cancelled') then coalesce(ended_at, clock_timestamp()) end,
         version = version + 1
   where id = (op->>'id')::bigint and version = (op->>'version')::bigint;
  if not found then
    raise exception 'posting % changed meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;

create function dispatch.op_new_posting(op jsonb, p_actor text) returns void language sql as $$
  insert into dispatch.posting (id, unit_id, kind, station_id, lat_e7, lon_e7, name, command_id, created_by)
    values ((op->>'id')::bigint, (op->>'unit')::bigint, op->>'kind', nullif((op->>'station')::bigint, 0),
            (op->>'lat_e7')::integer, (op->>'lon_e7')::integer, op->>'name', op->>'command', p_actor)
$$;

create function dispatch.op_new_proposal(op jsonb) returns bigint language sql as $$
  insert into dispatch.proposal (unit_id, assignment_id, incident_id, state, source, at)
    values ((op->>'unit')::bigint, nullif((op->>'assignment')::bigint, 0), nullif((op->>'incident')::bigint, 0),
            (op->>'state')::smallint, op->>'source', dispatch.ts((op->>'at')::bigint))
    on conflict (unit_id, state) where outcome = 'open' do nothing returning id
$$;

create function dispatch.op_proposal(op jsonb, p_actor text) returns void language plpgsql as $$
begin
  update dispatch.proposal set outcome = op->>'outcome', resolved_at = clock_timestamp(), resolved_by = p_actor
   where id = (op->>'id')::bigint and outcome = 'open';
  if not found then
    raise exception 'proposal % was answered meanwhile', op->>'id' using errcode = 'DF003';
  end if;
end $$;

create or replace function dispatch.apply(p_term bigint, p_actor text, p_ops jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare op jsonb; units bigint[] := '{}'; incidents bigint[] := '{}'; assignments bigint[] := '{}';
        commands text[] := '{}'; postings bigint[] := '{}'; proposals bigint[] := '{}';
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
      when 'correct' then
        perform dispatch.op_correct(op, p_actor);
        incidents := incidents || (op->>'incident')::bigint;
      when 'new_posting' then
        perform dispatch.op_new_posting(op, p_actor);
        postings := postings || (op->>'id')::bigint;
      when 'posting' then
        perform dispatch.op_posting(op);
        postings := postings || (op->>'id')::bigint;
      when 'new_proposal' then
        proposals := proposals || dispatch.op_new_proposal(op);
      when 'proposal' then
        perform dispatch.op_proposal(op, p_actor);
        proposals := proposals || (op->>'id')::bigint;
      when 'audit' then
        perform dispatch.audit_add(p_actor, op->>'action', nullif((op->>'incident')::bigint, 0), op->>'detail');
    end case;
  end loop;
  return jsonb_build_object('units', dispatch.unit_rows(units), 'incidents', dispatch.incident_rows(incidents),
                            'assignments', dispatch.assignment_rows(assignments), 'commands', dispatch.command_rows(commands),
                            'postings', dispatch.posting_rows(postings), 'proposals', dispatch.proposal_rows(proposals));
end $$;

-- ------------------------------------------------------------------------------------------------ rights
revoke execute on function dispatch.assignment_fits(), dispatch.unit_fits(), dispatch.incident_fits(),
  dispatch.posting_changed(), dispatch.proposal_changed(), dispatch.posting_rows(bigint[]), dispatch.proposal_rows(bigint[]),
  dispatch.op_correct(jsonb, text), dispatch.op_posting(jsonb), dispatch.op_new_posting(jsonb, text),
  dispatch.op_new_proposal(jsonb), dispatch.op_proposal(jsonb, text) from public;
grant execute on function dispatch.posting_rows(bigint[]), dispatch.proposal_rows(bigint[]) to ems_dispatch, ems_report;
grant usage on sequence dispatch.posting_id to ems_dispatch;
grant select on dispatch.posting, dispatch.proposal to ems_dispatch, ems_report;
