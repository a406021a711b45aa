-- A grant is one desk's and for one patient. A desk that ends its own, or takes another, takes nothing from the same person's
-- other desk; and a grant ends when the vehicle no longer serves the incident it was given for (Store::end_orphaned_grants).

alter table media.viewer_grant
  add column desk text not null default '',   -- CN of the certificate of the desk that asked; empty: not known
  add column incident_id bigint;              -- that the vehicle served then; null: none
alter table media.voice_grant
  add column desk text not null default '',
  add column incident_id bigint;

create function media.create_viewer_grant(
  p_grant_id text, p_vid text, p_camera text, p_user_name text, p_ssrc bigint, p_viewer_ssrc bigint,
  p_srtp_key_sealed bytea, p_srtcp_key_sealed bytea, p_lifetime_s integer, p_desk text, p_incident bigint)
returns table (host text, port integer, expires_us bigint, tls_port integer, tls_name text)
language plpgsql as $$
begin
  return query select m.host, m.port, m.expires_us, m.tls_port, m.tls_name
    from media.create_viewer_grant(p_grant_id, p_vid, p_camera, p_user_name, p_ssrc, p_viewer_ssrc,
                                   p_srtp_key_sealed, p_srtcp_key_sealed, p_lifetime_s) m;
  update media.viewer_grant g set desk = p_desk, incident_id = nullif(p_incident, 0) where g.grant_id = p_grant_id;
end $$;

create function media.create_voice_grant(
  p_grant_id text, p_vid text, p_user_name text, p_role text, p_up_ssrc bigint, p_down_ssrc bigint,
  p_up_key_sealed bytea, p_down_key_sealed bytea, p_lifetime_s integer, p_desk text, p_incident bigint)
returns table (host text, port integer, expires_us bigint, tls_port integer, tls_name text)
language plpgsql as $$
begin
  return query select m.host, m.port, m.expires_us, m.tls_port, m.tls_name
    from media.create_voice_grant(p_grant_id, p_vid, p_user_name, p_role, p_up_ssrc, p_down_ssrc,
                                  p_up_key_sealed, p_down_key_sealed, p_lifetime_s) m;
  update media.voice_grant g set desk = p_desk, incident_id = nullif(p_incident, 0) where g.grant_id = p_grant_id;
end $$;

grant update (desk, incident_id) on media.viewer_grant, media.voice_grant to ems_dispatch;
