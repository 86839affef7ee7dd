-- How a table joins the isolation, said more plainly and taking more of the work.
--
-- isolate() may now be called again: it leaves the table as one call does, so that a
-- migration may be repeated and a lost policy comes back. share() wants a reason that
-- a reader can judge.

create or replace function strongroom.isolate(target regclass, tenant_column name default 'organization_id')
returns void language plpgsql
set client_min_messages = warning
as $$
declare
    holder name := (select pg_get_userbyid(relowner) from pg_class where oid = target);
    inside text := format('%I = (select strongroom_guard.organization())', tenant_column);
begin
    perform strongroom.require_tenant_column(target, tenant_column);
    execute format('drop policy if exists strongroom_floor on %s', target);
    execute format('drop policy if exists strongroom_tenant on %s', target);
    execute format('drop policy if exists strongroom_system on %s', target);
    execute format('drop policy if exists strongroom_owner on %s', target);
    execute format('create policy strongroom_floor on %s as restrictive to strongroom_app
                    using (%s) with check (%s)', target, inside, inside);
    execute format('create policy strongroom_tenant on %s to strongroom_app
                    using (true) with check (true)', target);
    perform strongroom.keep_to_the_house(target, holder);
    execute format('alter table %s alter column %I
                    set default strongroom_guard.organization()', target, tenant_column);
    execute format('grant select, insert, update, delete on %s
                    to strongroom_app, strongroom_system', target);
    perform strongroom.admit_to_schema(target);
end
$$;

-- require_tenant_column(): a table can join only if each row says whose it is.
create function strongroom.require_tenant_column(target regclass, tenant_column name)
returns void language plpgsql as $$
declare
    kind regtype := (select atttypid from pg_attribute where attrelid = target
                        and attname = tenant_column and attnum > 0 and not attisdropped);
begin
    if kind is null then
        raise exception '% has no column % to say whose each row is', target, tenant_column
            using errcode = 'undefined_column',
                  hint = format('alter table %s add column %I uuid not null', target, tenant_column);
    elsif kind <> 'uuid'::regtype then
        raise exception '%.% must be a uuid, and is %', target, tenant_column, kind
            using errcode = 'datatype_mismatch';
    end if;
end
$$;

-- admit_to_schema(): the way to a table, and to the sequences that number its rows.
create function strongroom.admit_to_schema(target regclass)
returns void language plpgsql as $$
declare
    sequence regclass;
begin
    execute format('grant usage on schema %s to strongroom_app, strongroom_system',
                   (select relnamespace::regnamespace from pg_class where oid = target));
    for sequence in
        select objid::regclass from pg_depend
         where refobjid = target and classid = 'pg_class'::regclass and deptype = 'a'
           and (select relkind from pg_class where oid = objid) = 'S'
    loop
        execute format('grant usage on sequence %s to strongroom_app, strongroom_system', sequence);
    end loop;
end
$$;

create or replace function strongroom.share(target regclass, reason text)
returns void language plpgsql as $$
begin
    if reason is null or length(trim(reason)) <= 10 then
        raise exception 'say in a few words why % belongs to no organization', target
            using errcode = 'invalid_parameter_value';
    end if;
    insert into strongroom.shared_tables as known (relation, reason)
    values (target::text, share.reason)
    on conflict (relation) do update set reason = excluded.reason;
end
$$;
