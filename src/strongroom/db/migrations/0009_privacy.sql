-- What people asked for about their data, what must not be erased, and what was due.
--
-- A request outlives the account that made it: that it was answered, and in time, must
-- be shown afterwards. So it refers to no row, and its words are emptied with the rest.

create table strongroom.privacy_requests (
    id uuid primary key,
    account_id uuid not null,
    kind text not null check (kind in
        ('access', 'export', 'erasure', 'rectification', 'restriction', 'objection')),
    state text not null check (state in ('open', 'waiting', 'done', 'refused', 'cancelled')),
    opened_at timestamptz not null default now(),
    due_at timestamptz not null,
    starts_at timestamptz,
    done_at timestamptz,
    words text,
    answer text,
    handled_by text,
    obstacle text,
    stores_done integer not null default 0,
    stores integer not null default 0,
    ledger_line integer
);
create index on strongroom.privacy_requests (account_id);
create index on strongroom.privacy_requests (starts_at) where state = 'waiting';
create unique index one_at_a_time on strongroom.privacy_requests (account_id, kind)
    where state = 'waiting';
select strongroom.keep_to_the_house('strongroom.privacy_requests', current_user);

create table strongroom.legal_holds (
    id uuid primary key,
    account_id uuid not null,
    store text not null,
    reason text not null check (length(reason) > 0),
    placed_by text not null check (length(placed_by) > 0),
    placed_at timestamptz not null default now(),
    released_by text,
    released_at timestamptz
);
create unique index one_hold on strongroom.legal_holds (account_id, store)
    where released_at is null;
select strongroom.keep_to_the_house('strongroom.legal_holds', current_user);

-- Jobs that a person may want to see run: when, with what result, and when again.
create table strongroom.privacy_jobs (
    name text primary key,
    due_at timestamptz not null default now(),
    ran_at timestamptz,
    removed jsonb not null default '{}'
);
insert into strongroom.privacy_jobs (name) values ('retention');
select strongroom.keep_to_the_house('strongroom.privacy_jobs', current_user);

-- Of an audit entry the house may empty the part that is about a person, and no more:
-- what was done stays, and nobody can be written in afterwards.
grant update (actor_name, address, user_agent, salt) on strongroom.audit_entries
    to strongroom_system;

create function strongroom.refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception 'the person in an audit entry can be emptied, not replaced'
        using errcode = 'insufficient_privilege';
end
$$;
create trigger refuse_rewriting before update on strongroom.audit_entries
    for each row when (current_user = 'strongroom_system' and (
        (new.actor_name is not null and new.actor_name is distinct from old.actor_name)
        or (new.address is not null and new.address is distinct from old.address)
        or (new.user_agent is not null and new.user_agent is distinct from old.user_agent)))
    execute function strongroom.refuse_rewriting();
