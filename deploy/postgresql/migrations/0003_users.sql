-- People and their sessions. Passwords are argon2id texts; of a session's token only its SHA-256 is kept, so this table
-- opens nothing to a reader of a dump. Users are made by ems-admin as the owner of the database; ems-dispatchd reads
-- them, renews a weak hash at log-in, and keeps the sessions.
create table dispatch.app_user (
  id bigint generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z0-9._-]{1,32}$'),
  display_name text not null check (length(display_name) between 1 and 64),
  role text not null check (role in ('dispatcher', 'physician', 'hospital_viewer', 'admin', 'auditor')),
  password_hash text not null check (password_hash like '$argon2id$%'),
  locked boolean not null default false,
  created_at timestamptz not null default now()
);

create table dispatch.session (
  token_hash bytea primary key check (length(token_hash) = 32),
  user_id bigint not null references dispatch.app_user,
  seat text not null check (length(seat) <= 64),
  cert_cn text not null,                          -- the token counts only with this client certificate
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_of_user on dispatch.session (user_id);

grant usage on schema dispatch to ems_dispatch, ems_report;
grant select, update (password_hash) on dispatch.app_user to ems_dispatch;
grant select, insert, update (revoked_at, expires_at) on dispatch.session to ems_dispatch;
grant select (id, name, display_name, role, locked) on dispatch.app_user to ems_report;
