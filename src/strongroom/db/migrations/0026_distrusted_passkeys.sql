-- Passkeys of an account that was frozen since they were made finish a sign-in that a
-- password began; none of them begins one by itself.
alter table strongroom.passkeys add column alone boolean not null default true;
