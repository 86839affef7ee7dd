-- The Merkle tree over the audit log: which entry is which leaf.
--
-- A leaf holds the entry's time, a hash of its facts, and a salted hash of what is about
-- a person: emptying those columns, or dropping an old entry, leaves every proof good.
-- Checkpoints and tiles lie outside the database, so that nobody who owns these rows can
-- tell them anew.

alter table strongroom.audit_entries add column salt uuid default gen_random_uuid();
create index on strongroom.audit_entries (occurred_at);

create table strongroom.audit_leaves (
    organization_id uuid,
    leaf bigint not null check (leaf >= 0),
    entry_id uuid not null unique,
    occurred_at timestamptz not null,
    facts bytea not null check (length(facts) = 32),
    personal bytea not null check (length(personal) = 32),
    sealed_at timestamptz not null default now()
);
-- The house's own tree has no organization; it is one tree all the same.
create unique index on strongroom.audit_leaves
    (coalesce(organization_id, '00000000-0000-0000-0000-000000000000'), leaf);
select strongroom.isolate('strongroom.audit_leaves');
revoke insert, update, delete on strongroom.audit_leaves from strongroom_app;
revoke update, delete on strongroom.audit_leaves from strongroom_system;

-- Retention drops entries; nobody drops young ones, whatever a policy says.
grant delete on strongroom.audit_entries to strongroom_system;
create policy strongroom_kept on strongroom.audit_entries as restrictive
    for delete to strongroom_system using (occurred_at < now() - interval '30 days');
