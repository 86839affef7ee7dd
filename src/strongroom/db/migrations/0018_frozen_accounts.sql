-- Accounts that their owners froze, because somebody else was in them.
alter table strongroom.accounts add column frozen_at timestamptz;
