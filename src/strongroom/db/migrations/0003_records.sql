-- What happened: the audit log. Its Merkle tree comes to lie over these rows.
--
-- organization_id is null for what concerns the house and no organization, such as
-- a sign-in with an address that nobody has.

create table strongroom.audit_entries (
    id uuid primary key,
    organization_id uuid,
    occurred_at timestamptz not null default now(),
    action text not null,
    outcome text not null check (outcome in ('done', 'refused')),
    reason text,
    actor_kind text not null check (actor_kind in ('account', 'nobody', 'house')),
    actor_id uuid,
    actor_name text,
    target_kind text not null,
    target_id text,
    address inet,
    user_agent text,
    request_id text,
    details jsonb not null default '{}'
);
create index on strongroom.audit_entries (organization_id, id desc);
select strongroom.isolate('strongroom.audit_entries');
revoke update, delete on strongroom.audit_entries from strongroom_app, strongroom_system;

-- What browsers report about the Content-Security-Policy, counted per day.
create table strongroom.csp_reports (
    day date not null default current_date,
    directive text not null,
    blocked text not null,
    document text not null,
    seen integer not null default 1,
    primary key (day, directive, blocked, document)
);
select strongroom.keep_to_the_house('strongroom.csp_reports', current_user);
