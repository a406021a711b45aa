-- What a vehicle has seen. A database that was restored from a backup knows numbers of the past: a vehicle refuses every order
-- under a term, or with a number, below what it has seen, and says with its refusal what that is. The leader's term and the
-- vehicle's number are raised to it, and what is still open for the vehicle is numbered anew, in its order. A leader whose term is
-- raised has passed: it takes the lead again, above.
-- A vehicle that is broken or in wrong hands must not run the lead down: it is believed once in ten minutes (the life of an order,
-- kOrderLifeUs), and never more than a million ahead, which no restore explains.
create table dispatch.learned_numbers (
  vid text not null references registry.vehicle,
  at timestamptz not null default clock_timestamp(),
  term bigint not null check (term >= 0),          -- 0: it told none beyond ours
  unit_seq bigint not null check (unit_seq >= 0),  -- 0: likewise
  primary key (vid, at)
);

create function dispatch.op_numbers(op jsonb) returns text[]
language plpgsql as $$
declare known bigint; present bigint; told_term bigint := (op->>'term')::bigint; told_seq bigint := (op->>'unit_seq')::bigint;
        fresh text[] := '{}';
begin
  select term into present from dispatch.leader;
  select coalesce(max(command_seq), 0) into known from dispatch.vehicle_seq where vid = op->>'vid';
  if told_term > present + 1000000 or told_seq > known + 1000000 then
    raise exception 'numbers of % are not to be believed', op->>'vid' using errcode = '22003';
  end if;
  if exists (select from dispatch.learned_numbers where vid = op->>'vid'
              and at between clock_timestamp() - interval '10 minutes' and clock_timestamp()) then
    raise exception 'numbers of % were learned just now', op->>'vid' using errcode = '22003';
  end if;
  insert into dispatch.learned_numbers (vid, term, unit_seq) values (op->>'vid', told_term, told_seq);
  update dispatch.leader set term = told_term where term < told_term;
  if told_seq > 0 then
    known := greatest(known, told_seq);
    with numbered as (
      update dispatch.outbox o set unit_seq = known + n.place
        from (select id, row_number() over (order by unit_seq, id) as place from dispatch.outbox
               where vid = op->>'vid' and state in ('queued', 'sent')) n
       where o.id = n.id returning o.id)
    select coalesce(array_agg(id), '{}') into fresh from numbered;
    insert into dispatch.vehicle_seq as s (vid, command_seq) values (op->>'vid', known + cardinality(fresh))
      on conflict (vid) do update set command_seq = excluded.command_seq;
  end if;
  return fresh;
end $$;

-- As in 0049, with the numbers.
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
      when 'numbers' then
        commands := commands || dispatch.op_numbers(op);
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

revoke execute on function dispatch.op_numbers(jsonb) from public;
grant select on dispatch.learned_numbers to ems_dispatch, ems_report;
