-- Orders are counted by vehicle, no more by unit. A vehicle executes nothing below what it has executed, whichever unit it drove
-- for then: a spare that had come to 500 answered the next 488 orders of a unit that had come to 12 with "superseded", and showed
-- none of them to its crew.
create table dispatch.vehicle_seq (
  vid text primary key references registry.vehicle,
  command_seq bigint not null                    -- of the vehicle's newest command
);
insert into dispatch.vehicle_seq (vid, command_seq)
  select vid, max(seq) from (
    select vid, unit_seq as seq from dispatch.outbox
    union all
    select u.vid, s.command_seq from registry.unit u join dispatch.unit_state s on s.unit_id = u.id where u.vid is not null) known
  group by vid;

create or replace function dispatch.op_command(op jsonb) returns void language plpgsql as $$
declare next_seq bigint;
begin
  if not exists (select from dispatch.unit_state where unit_id = (op->>'unit')::bigint) then
    raise exception 'no such unit' using errcode = '23502';
  end if;
  insert into dispatch.vehicle_seq as known (vid, command_seq)
    select vid, 1 from registry.vehicle where vid = op->>'vid'
    on conflict (vid) do update set command_seq = known.command_seq + 1
    returning command_seq into next_seq;
  -- An unknown vehicle is refused by the key of the row itself.
  insert into dispatch.outbox (id, unit_id, vid, assignment_id, kind, body, unit_seq, issued_at, expires_at)
    values (op->>'id', (op->>'unit')::bigint, op->>'vid', nullif((op->>'assignment')::bigint, 0), op->>'kind',
            decode(op->>'body', 'hex'), coalesce(next_seq, 0), dispatch.ts((op->>'issued')::bigint),
            dispatch.ts((op->>'expires')::bigint));
end $$;

grant select on dispatch.vehicle_seq to ems_dispatch, ems_report;
