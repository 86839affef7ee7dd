-- Who has a second factor, told in one place: an app that was confirmed, or a passkey.
-- It looks with the eyes of whoever asks, so it opens nothing that its tables do not.
create view strongroom.second_factors with (security_invoker = true) as
    select account_id from strongroom.totp_factors where confirmed_at is not null
    union all
    select account_id from strongroom.passkeys;
grant select on strongroom.second_factors to strongroom_system;
