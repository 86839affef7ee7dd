-- What an organization asks of whoever works in it, read with every look-up.
--
-- previous is what held before the last change, so that it can be taken back.
create table strongroom.sign_in_policies (
    organization_id uuid primary key references strongroom.organizations on delete cascade,
    second_factor boolean not null,
    lifetime interval check (lifetime > interval '0'),
    idle interval check (idle > interval '0'),
    networks cidr[] not null check (cardinality(networks) <= 50),
    previous jsonb,
    changed_at timestamptz not null default now()
);
select strongroom.isolate('strongroom.sign_in_policies');
