-- An owner offers a member to own the organization in their place: one offer at a time.
--
-- An offer goes with either membership, in the same statement.
create table strongroom.ownership_offers (
    organization_id uuid primary key,
    giver_id uuid not null,
    taker_id uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    foreign key (organization_id, giver_id)
        references strongroom.memberships (organization_id, account_id) on delete cascade,
    foreign key (organization_id, taker_id)
        references strongroom.memberships (organization_id, account_id) on delete cascade
);
create index on strongroom.ownership_offers (giver_id);
create index on strongroom.ownership_offers (taker_id);
select strongroom.isolate('strongroom.ownership_offers');
