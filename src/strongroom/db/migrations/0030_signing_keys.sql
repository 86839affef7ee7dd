-- Keys of access tokens that somebody let follow by hand, before their time.
--
-- A key derives from the root key, its period and the newest salt here that holds: the
-- root key alone does not tell it any more, nor does this table.
create table strongroom.token_signing_keys (
    id uuid primary key,
    salt bytea not null check (length(salt) = 32),
    created_at timestamptz not null default now(),
    signs_from timestamptz not null
);
select strongroom.keep_to_the_house('strongroom.token_signing_keys', current_user);
