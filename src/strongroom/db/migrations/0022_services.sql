-- Services of the operator that call this one, by the public half of their keys.
create table strongroom.services (
    id uuid primary key,
    name text not null unique check (length(name) between 1 and 60),
    public_key bytea not null check (length(public_key) = 32),
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
select strongroom.keep_to_the_house('strongroom.services', current_user);

-- A nonce is kept for as long as a signature over it could be sent again.
create unlogged table strongroom.service_nonces (
    service_id uuid not null references strongroom.services on delete cascade,
    nonce text not null check (length(nonce) between 16 and 64),
    expires_at timestamptz not null,
    primary key (service_id, nonce)
);
create index on strongroom.service_nonces (expires_at);
select strongroom.keep_to_the_house('strongroom.service_nonces', current_user);
