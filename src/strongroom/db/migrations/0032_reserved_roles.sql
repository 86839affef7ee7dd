-- Code that asks for one of these roles by its name must not meet another's. What was
-- defined before is left as it is: a start must not fail over it.
alter table strongroom.roles add constraint roles_name_is_free check (name not in (
    'owner', 'admin', 'auditor', 'member', 'viewer', 'operator', 'service', 'new',
    'everyone', 'signed-in'
)) not valid;
