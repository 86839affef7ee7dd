-- The places of leaves, in the words of the wall: what an organization reads of its tree
-- is found by its own column. By a coalesce, which Postgres takes for leaky, it could
-- not be, and every leaf of everybody was read.
create unique index audit_leaves_place on strongroom.audit_leaves (organization_id, leaf);
create unique index audit_leaves_place_of_the_house on strongroom.audit_leaves (leaf)
    where organization_id is null;
drop index strongroom.audit_leaves_coalesce_leaf_idx;
