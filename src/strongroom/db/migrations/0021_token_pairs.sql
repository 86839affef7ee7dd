-- Apps to which a person gave a pair of tokens: one row is one family.
--
-- No token is kept. A refresh token is a MAC over the row's id and a generation, and
-- the row says which generation comes next. It goes with its session and membership.
create table strongroom.token_pairs (
    id uuid primary key,
    organization_id uuid not null,
    account_id uuid not null references strongroom.accounts on delete cascade,
    session_id uuid not null references strongroom.sessions on delete cascade,
    name text not null check (length(name) between 1 and 60),
    scopes text[] not null check (cardinality(scopes) > 0),
    generation integer not null default 1 check (generation > 0),
    created_at timestamptz not null default now(),
    rotated_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    foreign key (organization_id, account_id)
        references strongroom.memberships on delete cascade
);
create index on strongroom.token_pairs (organization_id);
create index on strongroom.token_pairs (account_id);
create index on strongroom.token_pairs (session_id);
select strongroom.isolate('strongroom.token_pairs');
