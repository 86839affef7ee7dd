-- How often the system door was opened on each day, and for which stated reason.
-- The public page shows it: who can cross the wall is not a private matter.

create table strongroom.system_uses (
    day date not null default (now() at time zone 'utc')::date,
    reason text not null,
    uses bigint not null check (uses > 0),
    primary key (day, reason)
);
select strongroom.keep_to_the_house('strongroom.system_uses', current_user);
