-- Accounts that move to another e-mail address, and can go back for 72 hours.
create table strongroom.address_changes (
    id uuid primary key,
    account_id uuid not null references strongroom.accounts on delete cascade,
    old_email text not null,
    new_email text not null,
    created_at timestamptz not null default now()
);
create index on strongroom.address_changes (account_id);
select strongroom.keep_to_the_house('strongroom.address_changes', current_user);
