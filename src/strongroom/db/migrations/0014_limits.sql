-- How much of each budget is spent, and who was seen with whom, for all processes.
--
-- Unlogged: a decision costs no write ahead, and a crash of Postgres empties both, which
-- forgives everybody once. Keys are keyed hashes, so that no row names anybody.

create unlogged table strongroom.limit_budgets (
    key bytea primary key check (length(key) = 16),
    -- Seconds since 1970 at which the whole budget is there again.
    due double precision not null
) with (fillfactor = 50);
select strongroom.keep_to_the_house('strongroom.limit_budgets', current_user);

create unlogged table strongroom.limit_sightings (
    key bytea not null check (length(key) = 16),
    other bytea not null check (length(other) = 16),
    until timestamptz not null,
    primary key (key, other)
);
select strongroom.keep_to_the_house('strongroom.limit_sightings', current_user);
