-- How each session began, and what was asked for after that. Nobody recorded it before.
alter table strongroom.sessions
    add column way text not null default 'unknown',
    add column factor text check (factor in ('app', 'recovery-code', 'passkey'));
alter table strongroom.sessions alter column way drop default;

-- Whoever is new by a provider is asked for a name first, and then signs in by it.
alter table strongroom.oauth_sign_ups add column provider text not null default '';
alter table strongroom.oauth_sign_ups alter column provider drop default;

-- Which of them an organization allows; null is any.
alter table strongroom.sign_in_policies
    add column ways text[] check (cardinality(ways) > 0);
