-- Credentials that an organization uses and nobody reads.
--
-- The secret is sealed together with its kind and the hosts that it was given for, so
-- that whoever writes here cannot send it elsewhere. Everything else may be shown.
create table strongroom.integrations (
    id uuid primary key,
    organization_id uuid not null references strongroom.organizations on delete cascade,
    kind text not null,
    name text not null,
    fields jsonb not null default '{}',
    destination text not null,
    sealed text not null,
    last_four text not null check (length(last_four) <= 4),
    fingerprint text not null,
    created_at timestamptz not null default now(),
    rotated_at timestamptz not null default now(),
    reminded_at timestamptz,
    tested_at timestamptz,
    works boolean,
    said text,
    deleted_at timestamptz
);
create index on strongroom.integrations (organization_id);
create index on strongroom.integrations (deleted_at) where deleted_at is not null;
select strongroom.isolate('strongroom.integrations');
