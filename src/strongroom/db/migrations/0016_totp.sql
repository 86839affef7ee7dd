-- Authenticator apps as a second factor, and when a session last saw one.
--
-- A factor counts from its confirmation on. The counter is that of the newest code that
-- was accepted; wrong codes are counted here, so that no rollback forgets them.
create table strongroom.totp_factors (
    account_id uuid primary key references strongroom.accounts on delete cascade,
    sealed text not null,
    counter bigint not null default 0,
    failures integer not null default 0,
    locked_until timestamptz,
    created_at timestamptz not null default now(),
    confirmed_at timestamptz
);
select strongroom.keep_to_the_house('strongroom.totp_factors', current_user);

create table strongroom.totp_recovery_codes (
    account_id uuid not null references strongroom.totp_factors on delete cascade,
    digest bytea not null check (length(digest) = 32),
    used_at timestamptz,
    primary key (account_id, digest)
);
select strongroom.keep_to_the_house('strongroom.totp_recovery_codes', current_user);

alter table strongroom.sessions add column factor_shown_at timestamptz;
