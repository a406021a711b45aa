-- Pictures taken out of live video into the record of a case.

-- One row for each, never changed; it goes with its case.
create table media.snapshot (
  id text primary key check (length(id) between 1 and 64),
  incident_id bigint not null references dispatch.incident,
  unit_id bigint not null references registry.unit,
  vid text not null references registry.vehicle,
  camera text not null check (camera ~ '^[a-z0-9-]{1,32}$'),
  taken_at timestamptz not null,           -- when the picture came to the console, by the server's clock as the console knew it
  stored_at timestamptz not null default clock_timestamp(),
  taken_by text not null,
  width integer not null check (width between 1 and 8192),
  height integer not null check (height between 1 and 8192),
  jpeg bytea not null check (octet_length(jpeg) between 4 and 196608)
);
create index snapshot_by_incident on media.snapshot (incident_id, taken_at);

-- The picture, its audit and the answer to its request, all or none, under the leader's term. DF001 and DF004 as in 0020;
-- DF006: that unit has no vehicle or never had an order of this incident; DF007: the incident has 500.
create function dispatch.snapshot_add(p_term bigint, p_actor text, p_key text, p_hash bytea, p_response bytea, p_id text,
                                      p_incident bigint, p_unit bigint, p_camera text, p_taken_us bigint, p_width integer,
                                      p_height integer, p_jpeg bytea)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare p_vid text;
begin
  perform dispatch.fence(p_term);
  insert into dispatch.idempotency (user_name, key, request_hash, response) values (p_actor, p_key, p_hash, p_response)
    on conflict do nothing;
  if not found then
    raise exception 'key used before' using errcode = 'DF004';
  end if;
  select u.vid into p_vid from registry.unit u
   where u.id = p_unit and u.vid is not null
     and exists (select from dispatch.assignment a where a.incident_id = p_incident and a.unit_id = p_unit);
  if p_vid is null then
    raise exception 'unit % has no order of incident %', p_unit, p_incident using errcode = 'DF006';
  end if;
  if (select count(*) from media.snapshot where incident_id = p_incident) >= 500 then
    raise exception 'incident % has enough pictures', p_incident using errcode = 'DF007';
  end if;
  insert into media.snapshot (id, incident_id, unit_id, vid, camera, taken_at, taken_by, width, height, jpeg)
    values (p_id, p_incident, p_unit, p_vid, p_camera, dispatch.ts(p_taken_us), p_actor, p_width, p_height, p_jpeg);
  perform dispatch.audit_add(p_actor, 'snapshot', p_incident,
                             format('id=%s vid=%s camera=%s taken_us=%s', p_id, p_vid, p_camera, p_taken_us));
end $$;

revoke execute on function dispatch.snapshot_add(bigint, text, text, bytea, bytea, text, bigint, bigint, text, bigint, integer,
                                                 integer, bytea) from public;
grant execute on function dispatch.snapshot_add(bigint, text, text, bytea, bytea, text, bigint, bigint, text, bigint, integer,
                                                integer, bytea) to ems_dispatch;
grant select on media.snapshot to ems_dispatch;
-- Who took which picture when; the picture itself is a patient's.
grant select (id, incident_id, unit_id, vid, camera, taken_at, stored_at, taken_by, width, height) on media.snapshot to ems_report;
