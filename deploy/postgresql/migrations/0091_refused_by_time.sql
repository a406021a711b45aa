-- As in 0087, but what came later is told by time: two desks take the numbers of their postings before either is stored, so that a
-- posting that was ordered and replaced before the refused one can have the higher number.
create or replace function dispatch.told_refusals() returns bigint[] language sql stable as $$
  select coalesce(array_agg(p.id), '{}')
    from dispatch.posting p
   where p.state = 'refused' and p.ended_at > clock_timestamp() - interval '10 minutes'
     and not exists (select from dispatch.posting later where later.unit_id = p.unit_id and later.created_at >= p.ended_at)
     and not exists (select from dispatch.unit_history h where h.unit_id = p.unit_id and h.at >= p.ended_at
                        and (h.to_state between 2 and 9 or h.to_state = 12))
$$;
