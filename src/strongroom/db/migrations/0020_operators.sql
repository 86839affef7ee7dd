-- People of the operator, their own sessions, what they do in an emergency, and as whom.

create table strongroom.operators (
    id uuid primary key,
    email text not null,
    created_at timestamptz not null default now(),
    removed_at timestamptz,
    ready_at timestamptz,
    verifier text,
    sealed text,
    counter bigint not null default 0,
    failures integer not null default 0,
    locked_until timestamptz,
    check (ready_at is null or (verifier is not null and sealed is not null))
);
create unique index on strongroom.operators (email) where removed_at is null;
select strongroom.keep_to_the_house('strongroom.operators', current_user);

create table strongroom.operator_sessions (
    id uuid primary key,
    digest bytea not null unique check (length(digest) = 32),
    operator_id uuid not null references strongroom.operators on delete cascade,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    idle interval not null,
    address inet,
    user_agent text,
    ended_at timestamptz
);
create index on strongroom.operator_sessions (operator_id);
select strongroom.keep_to_the_house('strongroom.operator_sessions', current_user);

-- Two people: whoever asks does not approve.
create table strongroom.break_glass_grants (
    id uuid primary key,
    organization_id uuid not null references strongroom.organizations on delete cascade,
    asked_by uuid not null references strongroom.operators on delete cascade,
    reason text not null,
    lasts interval not null
        check (lasts > interval '0' and lasts <= interval '60 minutes'),
    asked_at timestamptz not null default now(),
    approved_by uuid references strongroom.operators on delete cascade,
    approved_at timestamptz,
    expires_at timestamptz,
    ended_at timestamptz,
    constraint two_people check (approved_by <> asked_by),
    check ((approved_by is null) = (expires_at is null))
);
select strongroom.keep_to_the_house('strongroom.break_glass_grants', current_user);

-- It outlives the operator's session: it tells the customer who it was. Whatever it opens
-- is looked up together with that session, and opens nothing without it.
create table strongroom.impersonations (
    id uuid primary key,
    operator_session_id uuid not null,
    operator text not null,
    account_id uuid not null references strongroom.accounts on delete cascade,
    organization_id uuid not null references strongroom.organizations on delete cascade,
    grant_id uuid references strongroom.break_glass_grants on delete cascade,
    reason text not null,
    created_at timestamptz not null default now()
);
create index on strongroom.impersonations (account_id);
select strongroom.keep_to_the_house('strongroom.impersonations', current_user);

-- An operator who acts as a person has a session of that person, of another class.
alter table strongroom.sessions drop constraint sessions_class_check;
alter table strongroom.sessions
    add column operator text,
    add column operator_session_id uuid
        references strongroom.operator_sessions on delete cascade,
    add column grant_id uuid references strongroom.break_glass_grants on delete cascade,
    add constraint sessions_class_check check (
        class in ('customer', 'impersonation', 'break-glass')
        and (class = 'customer') = (operator_session_id is null)
        and (class = 'customer') = (operator is null)
        and (class = 'break-glass') = (grant_id is not null)
    );
create index on strongroom.sessions (operator_session_id)
    where operator_session_id is not null;

alter table strongroom.audit_entries drop constraint audit_entries_actor_kind_check;
alter table strongroom.audit_entries add constraint audit_entries_actor_kind_check
    check (actor_kind in ('account', 'nobody', 'house', 'operator'));
