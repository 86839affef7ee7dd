-- The signed tenant context: who may see which organization's rows.
--
-- The application signs "organization.backend pid.expiry" and sends it with every
-- statement; organization() checks the signature here, inside the database. The
-- application role can read neither the key nor the function's table, so injected
-- SQL may set the context to anything and still sees no other organization.

create schema if not exists strongroom;
grant usage on schema strongroom to strongroom_app, strongroom_system;

create schema strongroom_guard;
grant usage, create on schema strongroom_guard to strongroom_guard;

-- HMAC-SHA-256 (RFC 2104) needs the key only as two padded blocks.
create table strongroom_guard.context_key (
    only_row boolean primary key default true check (only_row),
    inner_pad bytea not null check (length(inner_pad) = 64),
    outer_pad bytea not null check (length(outer_pad) = 64)
);
alter table strongroom_guard.context_key owner to strongroom_guard;
revoke all on schema strongroom_guard from public;

create function strongroom_guard.organization() returns uuid
language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    context text := current_setting('strongroom.context', true);
    inner_pad bytea;
    outer_pad bytea;
begin
    -- The key is read on its own, and all else is one expression: measured, each
    -- further expression costs every statement a few microseconds.
    select key.inner_pad, key.outer_pad into inner_pad, outer_pad
      from strongroom_guard.context_key as key;
    -- A case is decided in order: nothing is parsed before its signature held, so
    -- that a foreign text sees nothing and never raises. Only a backslash could
    -- make the cast to bytes raise, and no context of ours has one.
    return case
        when strpos(context, '\') > 0 then null
        when right(context, 64) <> encode(sha256(outer_pad || sha256(
                 inner_pad || left(context, -65)::bytea)), 'hex') then null
        when split_part(context, '.', 2)::bigint <> pg_backend_pid() then null
        when split_part(context, '.', 3)::float8
                 < date_part('epoch', clock_timestamp()) then null
        else left(context, 36)::uuid
    end;
end
$$;
alter function strongroom_guard.organization() owner to strongroom_guard;
revoke all on function strongroom_guard.organization() from public;
grant execute on function strongroom_guard.organization()
    to strongroom_app, strongroom_system;
grant usage on schema strongroom_guard to strongroom_app, strongroom_system;
revoke create on schema strongroom_guard from strongroom_guard;

-- Tables that hold no organization's data, each with the reason it is shared.
create table strongroom.shared_tables (
    relation text primary key,
    reason text not null check (length(reason) > 10)
);

-- isolate(): one call puts a table behind the wall, ours and the embedder's alike.
--
-- The floor is restrictive, so that no later permissive policy can widen it. The
-- table's owner keeps access only when connected as itself: a view or function
-- that the owner made for the application still shows nothing across the wall.
create function strongroom.isolate(target regclass, tenant_column name default 'organization_id')
returns void language plpgsql as $$
declare
    holder name := (select pg_get_userbyid(relowner) from pg_class where oid = target);
    inside text := format('%I = (select strongroom_guard.organization())', tenant_column);
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy strongroom_floor on %s as restrictive to strongroom_app
                    using (%s) with check (%s)', target, inside, inside);
    execute format('create policy strongroom_tenant on %s to strongroom_app
                    using (true) with check (true)', target);
    perform strongroom.keep_to_the_house(target, holder);
    execute format('alter table %s alter column %I
                    set default strongroom_guard.organization()', target, tenant_column);
    execute format('grant select, insert, update, delete on %s
                    to strongroom_app, strongroom_system', target);
end
$$;

-- keep_to_the_house(): the system door and the owner in person, nobody else.
create function strongroom.keep_to_the_house(target regclass, holder name)
returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy strongroom_system on %s to strongroom_system
                    using (true) with check (true)', target);
    execute format('create policy strongroom_owner on %s to %I
                    using (session_user = %L) with check (session_user = %L)',
                   target, holder, holder, holder);
    execute format('grant select, insert, update, delete on %s to strongroom_system', target);
end
$$;

-- share(): openly say that a table belongs to no organization.
create function strongroom.share(target regclass, reason text)
returns void language sql as $$
    insert into strongroom.shared_tables (relation, reason)
    values (target::text, reason)
    on conflict (relation) do update set reason = excluded.reason
$$;
