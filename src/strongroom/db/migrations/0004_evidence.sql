-- What proofs saw. A claim's status is computed from these rows, never stored.

create table strongroom.evidence (
    id uuid primary key,
    claim text not null,
    subject_digest text not null,
    result text not null check (result in ('passed', 'failed', 'unprovable')),
    reason text,
    population integer not null default 0,
    sabotage jsonb not null default '{}',
    started_at timestamptz not null,
    finished_at timestamptz not null,
    fresh_until timestamptz not null,
    envelope jsonb not null
);
create index on strongroom.evidence (claim, id desc);
select strongroom.keep_to_the_house('strongroom.evidence', current_user);

-- How long each claim had which status on each day, as the runner observed it.
create table strongroom.claim_days (
    claim text not null,
    subject_digest text not null,
    day date not null,
    status text not null,
    seconds double precision not null default 0,
    primary key (claim, subject_digest, day, status)
);
select strongroom.keep_to_the_house('strongroom.claim_days', current_user);

-- A named human's signed word, with the day it ends.
create table strongroom.attestations (
    id uuid primary key,
    claim text not null,
    subject_digest text not null,
    made_by text not null,
    made_at timestamptz not null,
    valid_until timestamptz not null,
    envelope jsonb not null
);
create index on strongroom.attestations (claim, id desc);
select strongroom.keep_to_the_house('strongroom.attestations', current_user);

select strongroom.keep_to_the_house('strongroom.migrations', current_user);
select strongroom.keep_to_the_house('strongroom.shared_tables', current_user);
