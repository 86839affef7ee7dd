-- Identities at providers that sign in to an account, and people who are new by one.
--
-- An identity is issuer and subject. The address is what the provider said once, to be
-- shown; nobody is found by it.
create table strongroom.oauth_identities (
    id uuid primary key,
    account_id uuid not null references strongroom.accounts on delete cascade,
    issuer text not null check (length(issuer) between 1 and 2000),
    subject text not null check (length(subject) between 1 and 255),
    email text not null,
    linked_at timestamptz not null default now(),
    unique (issuer, subject)
);
create index on strongroom.oauth_identities (account_id);
select strongroom.keep_to_the_house('strongroom.oauth_identities', current_user);

create table strongroom.oauth_sign_ups (
    id uuid primary key,
    issuer text not null,
    subject text not null,
    email text not null,
    created_at timestamptz not null default now()
);
create index on strongroom.oauth_sign_ups (created_at);
select strongroom.keep_to_the_house('strongroom.oauth_sign_ups', current_user);
