-- The centre's fence suggests that a unit stands where it was posted: a proposal of that posting, and of no state of its unit.
alter table dispatch.proposal
  add column posting_id bigint references dispatch.posting,
  drop constraint proposal_state_check,
  add constraint proposal_state_check check (state between 0 and 12 and (state = 0) = (posting_id is not null));
create index proposal_posting on dispatch.proposal (posting_id) where posting_id is not null;

create or replace function dispatch.proposal_changed() returns trigger language plpgsql as $$
begin
  if old.outcome <> 'open' or (new.id, new.unit_id, new.state, new.source, new.at, new.received_at, new.posting_id)
       is distinct from (old.id, old.unit_id, old.state, old.source, old.at, old.received_at, old.posting_id) then
    raise exception 'a proposal is answered once and never changed' using errcode = 'DF002';
  end if;
  return new;
end $$;

create or replace function dispatch.proposal_rows(p_ids bigint[]) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'unit', unit_id, 'assignment', coalesce(assignment_id, 0),
      'incident', coalesce(incident_id, 0), 'state', state, 'posting', coalesce(posting_id, 0), 'source', source,
      'at', dispatch.us(at), 'received', dispatch.us(received_at), 'outcome', outcome) order by id), '[]')
    from dispatch.proposal where id = any (p_ids)
$$;

create or replace function dispatch.op_new_proposal(op jsonb) returns bigint language sql as $$
  insert into dispatch.proposal (unit_id, assignment_id, incident_id, state, posting_id, source, at)
    values ((op->>'unit')::bigint, nullif((op->>'assignment')::bigint, 0), nullif((op->>'incident')::bigint, 0),
            (op->>'state')::smallint, nullif((op->>'posting')::bigint, 0), op->>'source', dispatch.ts((op->>'at')::bigint))
    on conflict (unit_id, state) where outcome = 'open' do nothing returning id
$$;
