-- Where UDP does not pass, media come by TLS. A server says where, and grants carry it: to a desk's cameras and to its end
-- of the intercom. The certificate that a desk is to expect there bears the server's name.

alter table media.server
  add column tls_port integer not null default 0 check (tls_port between 0 and 65535);   -- at host; 0: nowhere

-- Two columns more than those of 0030 and 0055, else the same: PostgreSQL replaces no function by one of other columns.
drop function media.create_viewer_grant(text, text, text, text, bigint, bigint, bytea, bytea, integer);
create function media.create_viewer_grant(
  grant_id text, vid text, camera text, user_name text, ssrc bigint, viewer_ssrc bigint,
  srtp_key_sealed bytea, srtcp_key_sealed bytea, lifetime_s integer)
returns table (host text, port integer, expires_us bigint, tls_port integer, tls_name text)
language sql as $$
  with chosen as (
    select s.name, s.host, s.port, s.tls_port
    from media.server s
    left join media.camera_session c on c.server = s.name and c.vid = create_viewer_grant.vid
      and c.camera = create_viewer_grant.camera and c.ended_at is null
    where s.seen_at > clock_timestamp() - interval '15 s'
    order by c.created_at desc nulls last, s.seen_at desc
    limit 1
  ), made as (
    insert into media.viewer_grant (grant_id, vid, camera, user_name, server, ssrc, viewer_ssrc,
                                    srtp_key_sealed, srtcp_key_sealed, expires_at)
    select create_viewer_grant.grant_id, create_viewer_grant.vid, create_viewer_grant.camera,
           create_viewer_grant.user_name, chosen.name, create_viewer_grant.ssrc,
           create_viewer_grant.viewer_ssrc, create_viewer_grant.srtp_key_sealed,
           create_viewer_grant.srtcp_key_sealed,
           clock_timestamp() + make_interval(secs => least(greatest(lifetime_s, 1), 43200))
    from chosen
    returning viewer_grant.expires_at
  )
  select chosen.host, chosen.port, (extract(epoch from made.expires_at) * 1000000)::bigint, chosen.tls_port,
         case when chosen.tls_port = 0 then '' else chosen.name end
  from chosen, made;
$$;

drop function media.create_voice_grant(text, text, text, text, bigint, bigint, bytea, bytea, integer);
create function media.create_voice_grant(
  grant_id text, vid text, user_name text, role text, up_ssrc bigint, down_ssrc bigint,
  up_key_sealed bytea, down_key_sealed bytea, lifetime_s integer)
returns table (host text, port integer, expires_us bigint, tls_port integer, tls_name text)
language sql as $$
  with chosen as (
    select s.name, s.host, s.port, s.tls_port
    from media.server s
    left join lateral (
      select max(c.created_at) as at from media.camera_session c
      where c.server = s.name and c.vid = create_voice_grant.vid and c.ended_at is null) cameras on true
    left join lateral (
      select max(g.created_at) as at from media.voice_grant g
      where g.server = s.name and g.vid = create_voice_grant.vid and g.revoked_at is null
        and g.expires_at > clock_timestamp()) lines on true
    where s.seen_at > clock_timestamp() - interval '15 s'
    order by lines.at desc nulls last, cameras.at desc nulls last, s.seen_at desc
    limit 1
  ), made as (
    insert into media.voice_grant (grant_id, vid, user_name, role, server, up_ssrc, down_ssrc,
                                   up_key_sealed, down_key_sealed, expires_at)
    select create_voice_grant.grant_id, create_voice_grant.vid, create_voice_grant.user_name,
           create_voice_grant.role, chosen.name, create_voice_grant.up_ssrc, create_voice_grant.down_ssrc,
           create_voice_grant.up_key_sealed, create_voice_grant.down_key_sealed,
           clock_timestamp() + make_interval(secs => least(greatest(lifetime_s, 1), 43200))
    from chosen
    returning voice_grant.expires_at
  )
  select chosen.host, chosen.port, (extract(epoch from made.expires_at) * 1000000)::bigint, chosen.tls_port,
         case when chosen.tls_port = 0 then '' else chosen.name end
  from chosen, made;
$$;
