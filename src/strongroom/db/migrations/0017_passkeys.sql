-- Passkeys: a public key for each, a random handle for each owner, and the codes that
-- let whoever lost them in again.
--
-- Authenticators know people by a handle that says nothing about them, of at most 64
-- bytes (WebAuthn §5.4.3). A credential's id is unique in the whole house, so that it
-- names one account.
create table strongroom.passkey_owners (
    account_id uuid primary key references strongroom.accounts on delete cascade,
    handle bytea not null unique check (length(handle) <= 64)
);
select strongroom.keep_to_the_house('strongroom.passkey_owners', current_user);

create table strongroom.passkeys (
    id uuid primary key,
    account_id uuid not null references strongroom.accounts on delete cascade,
    credential_id bytea not null unique check (length(credential_id) <= 1023),
    public_key bytea not null,
    sign_count bigint not null default 0,
    transports text not null default '',
    name text not null check (length(name) between 1 and 60),
    created_at timestamptz not null default now(),
    used_at timestamptz
);
create index on strongroom.passkeys (account_id);
select strongroom.keep_to_the_house('strongroom.passkeys', current_user);

-- Recovery codes are no longer an app's alone.
alter table strongroom.totp_recovery_codes rename to recovery_codes;
alter table strongroom.recovery_codes
    drop constraint totp_recovery_codes_account_id_fkey,
    add foreign key (account_id) references strongroom.accounts on delete cascade;
