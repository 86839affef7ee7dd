-- While the root key is replaced, processes with the old and with the new one work side
-- by side. What either cannot derive is handed to it here, wrapped under its own root.
alter table strongroom.vault_generations add column handed bytea;
alter table strongroom.vault_generations
    add check (handed is null or share is not null);
