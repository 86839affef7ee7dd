-- Invitations: an address may join an organization, in a role, by a mailed link.
--
-- An invitation goes with the membership of whoever wrote it, in the same statement.
create table strongroom.invitations (
    id uuid primary key,
    organization_id uuid not null,
    invited_by uuid not null,
    email text not null,
    role text not null check (length(role) between 1 and 60),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    foreign key (organization_id, invited_by)
        references strongroom.memberships (organization_id, account_id) on delete cascade
);
create unique index on strongroom.invitations (organization_id, email)
    where accepted_at is null and revoked_at is null;
create index on strongroom.invitations (invited_by);
select strongroom.isolate('strongroom.invitations');
