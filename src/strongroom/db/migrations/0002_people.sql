-- Organizations, the accounts that belong to them, and how those accounts get in.

create table strongroom.organizations (
    id uuid primary key,
    name text not null check (length(name) between 1 and 100),
    created_at timestamptz not null default now()
);
select strongroom.isolate('strongroom.organizations', 'id');

create table strongroom.accounts (
    id uuid primary key,
    email text not null unique,
    created_at timestamptz not null default now(),
    disabled_at timestamptz
);
select strongroom.keep_to_the_house('strongroom.accounts', current_user);

create table strongroom.memberships (
    organization_id uuid not null references strongroom.organizations on delete cascade,
    account_id uuid not null references strongroom.accounts on delete cascade,
    role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
    created_at timestamptz not null default now(),
    primary key (organization_id, account_id)
);
create index on strongroom.memberships (account_id);
select strongroom.isolate('strongroom.memberships');

-- A tenant sees the e-mail addresses of its own members, and of nobody else.
create policy strongroom_floor on strongroom.accounts as restrictive to strongroom_app
    using (exists (
        select from strongroom.memberships as own
         where own.account_id = accounts.id
           and own.organization_id = (select strongroom_guard.organization())
    ))
    with check (false);
create policy strongroom_tenant on strongroom.accounts for select to strongroom_app
    using (true);
grant select (id, email) on strongroom.accounts to strongroom_app;

create table strongroom.password_verifiers (
    account_id uuid primary key references strongroom.accounts on delete cascade,
    verifier text not null,
    changed_at timestamptz not null default now()
);
select strongroom.keep_to_the_house('strongroom.password_verifiers', current_user);

-- Nobody has an account before the address is confirmed: a sign-up waits here.
create table strongroom.sign_ups (
    id uuid primary key,
    email text not null,
    verifier text not null,
    organization_name text not null,
    created_at timestamptz not null default now()
);
select strongroom.keep_to_the_house('strongroom.sign_ups', current_user);

create table strongroom.one_time_values (
    digest bytea primary key check (length(digest) = 32),
    purpose text not null,
    subject uuid not null,
    attempts integer not null default 0,
    expires_at timestamptz not null,
    used_at timestamptz
);
select strongroom.keep_to_the_house('strongroom.one_time_values', current_user);

create table strongroom.sessions (
    id uuid primary key,
    digest bytea not null unique check (length(digest) = 32),
    account_id uuid not null references strongroom.accounts on delete cascade,
    organization_id uuid not null,
    class text not null check (class in ('customer')),
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    idle interval not null,
    address inet,
    user_agent text,
    ended_at timestamptz,
    foreign key (organization_id, account_id)
        references strongroom.memberships on delete cascade
);
create index on strongroom.sessions (account_id);
select strongroom.keep_to_the_house('strongroom.sessions', current_user);

create table strongroom.mails (
    id uuid primary key,
    recipient text not null,
    subject text not null,
    body text,
    created_at timestamptz not null default now(),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    sent_at timestamptz,
    failure text
);
create index on strongroom.mails (next_attempt_at) where sent_at is null;
select strongroom.keep_to_the_house('strongroom.mails', current_user);
