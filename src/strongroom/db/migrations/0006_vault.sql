-- The keys of the vault, wrapped: what they open is of no use without the root key.
--
-- Each generation holds the database's share of the key that wraps the others; the
-- other share is derived from the root key, which is never here.
create table strongroom.vault_generations (
    generation integer primary key check (generation > 0),
    share bytea check (length(share) = 32),
    fingerprint bytea not null check (length(fingerprint) = 32),
    created_at timestamptz not null default now(),
    destroyed_at timestamptz,
    check ((share is null) = (destroyed_at is not null))
);
select strongroom.keep_to_the_house('strongroom.vault_generations', current_user);

-- A version seals from seals_from on, and opens until it is destroyed. It is known
-- everywhere before it seals anything, so that no reader meets a key it has not read.
create table strongroom.vault_keys (
    owner_kind text not null check (owner_kind in ('organization', 'person')),
    owner_id uuid not null,
    version integer not null check (version > 0),
    generation integer references strongroom.vault_generations,
    wrapped bytea,
    created_at timestamptz not null default now(),
    seals_from timestamptz not null,
    destroyed_at timestamptz,
    primary key (owner_kind, owner_id, version),
    check ((wrapped is null) = (destroyed_at is not null)),
    check (wrapped is null or generation is not null)
);
create index on strongroom.vault_keys (generation) where wrapped is not null;
select strongroom.keep_to_the_house('strongroom.vault_keys', current_user);

-- What an organization seals to see for itself that its key works; both are sealed.
create table strongroom.vault_checks (
    id uuid primary key,
    organization_id uuid not null references strongroom.organizations on delete cascade,
    label text not null,
    phrase text not null,
    created_at timestamptz not null default now()
);
create index on strongroom.vault_checks (organization_id);
select strongroom.isolate('strongroom.vault_checks');
