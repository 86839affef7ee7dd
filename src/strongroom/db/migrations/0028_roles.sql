-- Roles that organizations define: a name for a set of actions.

create table strongroom.roles (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references strongroom.organizations on delete cascade,
    name text not null check (name ~ '^[a-z][a-z0-9-]{1,39}$'),
    description text not null check (length(description) <= 200),
    actions text[] not null check (cardinality(actions) > 0),
    earlier_description text,
    earlier_actions text[],
    created_at timestamptz not null default now(),
    check ((earlier_description is null) = (earlier_actions is null)),
    unique (organization_id, name),
    unique (organization_id, id)
);
select strongroom.isolate('strongroom.roles');

-- Whoever has such a role is a viewer for everything that asks for a role by its
-- name, so that what does not know of it gives the least. A role that somebody has
-- is not deleted, and is of the same organization.
alter table strongroom.memberships
    add column role_id uuid,
    add check (role_id is null or role = 'viewer'),
    add foreign key (organization_id, role_id)
        references strongroom.roles (organization_id, id);
