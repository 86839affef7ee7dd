-- Keys by which programs act for a member: only digests, always with an end.
--
-- A key goes with the membership of whoever made it, in the same statement.
create table strongroom.api_keys (
    id uuid primary key,
    organization_id uuid not null,
    account_id uuid not null references strongroom.accounts on delete cascade,
    digest bytea not null unique check (length(digest) = 32),
    name text not null check (length(name) between 1 and 60),
    hint text not null check (length(hint) <= 12),
    scopes text[] not null check (cardinality(scopes) > 0),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz,
    check (expires_at <= created_at + interval '366 days'),
    foreign key (organization_id, account_id)
        references strongroom.memberships on delete cascade
);
create index on strongroom.api_keys (organization_id);
create index on strongroom.api_keys (account_id);
select strongroom.isolate('strongroom.api_keys');
