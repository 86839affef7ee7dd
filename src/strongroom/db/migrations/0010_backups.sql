-- Keys under which archives seal what is about one owner, and what runs there were.
--
-- A key is wrapped under the root and leaves this table only into the newest archive of
-- keys. Destroyed, its mark stays, so that it is never made anew: what older archives
-- hold of its owner is then unreadable for ever.

create table strongroom.vault_archive_keys (
    owner_kind text not null check (owner_kind in ('organization', 'person')),
    owner_id uuid not null,
    wrapped bytea,
    created_at timestamptz not null default now(),
    destroyed_at timestamptz,
    primary key (owner_kind, owner_id),
    check ((wrapped is null) = (destroyed_at is not null))
);
create index on strongroom.vault_archive_keys (destroyed_at)
    where destroyed_at is not null;
select strongroom.keep_to_the_house('strongroom.vault_archive_keys', current_user);

-- A row without a start was asked for, and the house takes it up. A rehearsal goes to a
-- place of its own, where no archive is lost by it.
create table strongroom.backup_runs (
    id uuid primary key,
    kind text not null check (kind in ('backup', 'drill')),
    rehearsal boolean not null default false,
    asked_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    result text check (result in ('done', 'failed')),
    archive text,
    reason text,
    report jsonb not null default '{}',
    check ((result is null) = (finished_at is null))
);
create index on strongroom.backup_runs (kind, started_at);
select strongroom.keep_to_the_house('strongroom.backup_runs', current_user);
