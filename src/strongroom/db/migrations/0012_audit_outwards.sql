-- The audit log reaches outwards: a role that only reads it, filters that are kept,
-- and places that it is sent to.

-- Whoever audits reads, exports and verifies the log, and changes nothing.
alter table strongroom.memberships drop constraint memberships_role_check;
alter table strongroom.memberships add constraint memberships_role_check
    check (role in ('owner', 'admin', 'auditor', 'member', 'viewer'));

create table strongroom.audit_views (
    id uuid primary key,
    organization_id uuid not null references strongroom.organizations on delete cascade,
    name text not null check (length(name) between 1 and 60),
    filters jsonb not null,
    created_at timestamptz not null default now(),
    unique (organization_id, name)
);
select strongroom.isolate('strongroom.audit_views');

-- next_leaf is the cursor: whatever stands before it in the organization's tree was
-- taken by the receiver. Target and secret are sealed; origin may be shown.
create table strongroom.log_streams (
    id uuid primary key,
    organization_id uuid not null references strongroom.organizations on delete cascade,
    name text not null check (length(name) between 1 and 60),
    origin text not null,
    form text not null check (form in ('entries', 'ocsf')),
    target text not null,
    secret text,
    former_secret text,
    former_until timestamptz,
    authority text,
    next_leaf bigint not null check (next_leaf >= 0),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    claimed_until timestamptz,
    failure text,
    failing_since timestamptz,
    delivered_at timestamptz,
    paused_at timestamptz,
    created_at timestamptz not null default now(),
    unique (organization_id, name)
);
select strongroom.isolate('strongroom.log_streams');
create index on strongroom.log_streams (next_attempt_at) where paused_at is null;
