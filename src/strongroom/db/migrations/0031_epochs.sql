-- How often all sessions of an account were ended: whoever began to sign in before the
-- last time is not let in after it.
alter table strongroom.accounts add column epoch integer not null default 0;

-- An offer of ownership counts only while its owner is let in, and an owner may stay
-- one beside the member who accepts.
grant select (disabled_at, frozen_at) on strongroom.accounts to strongroom_app;
alter table strongroom.ownership_offers add column keeps boolean not null default false;

-- Whoever says that somebody else was in an account did not ask for its erasure.
create function strongroom.cancel_erasures() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    update strongroom.privacy_requests
       set state = 'cancelled', done_at = now(), answer = 'the account was frozen'
     where account_id = new.id and kind = 'erasure' and state = 'waiting';
    return new;
end
$$;
create trigger cancel_erasures after update of frozen_at on strongroom.accounts
    for each row when (old.frozen_at is null and new.frozen_at is not null)
    execute function strongroom.cancel_erasures();
