create table public.notes (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references strongroom.organizations on delete cascade,
    text text not null,
    written_by text not null,
    written_at timestamptz not null default now()
);

select strongroom.isolate('public.notes');
