-- Schemas, service roles and what every other table refers to. Applied by the owner of the database (ems-admin migrate);
-- the service roles own nothing, and none may change or delete history.
create extension if not exists postgis;

create schema registry;
create schema dispatch;
create schema telemetry;
create schema media;

create table registry.region (
  code text primary key check (code ~ '^[0-9]{6}$'),
  name text not null,
  network_note text not null default '',         -- e.g. the mark of a demonstration network; shown on every screen
  time_scale double precision not null default 1 check (time_scale between 1 and 1000)
);

create table registry.station (
  id bigint generated always as identity primary key,
  region text not null references registry.region,
  name text not null unique,
  place geography(Point, 4326) not null
);

create table registry.hospital (
  id bigint generated always as identity primary key,
  region text not null references registry.region,
  name text not null unique,
  place geography(Point, 4326) not null
);

-- A vehicle is known by the CN of its certificate. The broker's ACL lets it write under any region, so servers check this table.
create table registry.vehicle (
  vid text primary key check (vid ~ '^[a-z0-9-]{1,32}$'),
  region text not null references registry.region,
  plate text not null default '',
  class text not null default 'B' check (class in ('A', 'B', 'C', 'D'))
);

create table registry.unit (
  id bigint generated always as identity primary key,
  name text not null unique,
  station_id bigint not null references registry.station,
  vid text unique references registry.vehicle,   -- null: known only by voice
  turnout_s integer not null default 75 check (turnout_s between 0 and 600)
);

-- Stamps of a case and the order they must have; a stamp row is never changed, a correction is a new row.
create table registry.schema_history (
  version integer primary key,
  name text not null,
  sha256 text not null,
  applied_at timestamptz not null default now()
);
