"""What roles contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "roles",
    api=(
        api.list_roles,
        api.create_role,
        api.change_role,
        api.undo_role,
        api.delete_role,
    ),
    pages=(
        pages.all_roles,
        pages.new_role,
        pages.create_role,
        pages.one_role,
        pages.change_role,
        pages.undo_role,
        pages.delete_role,
    ),
    events=(events.CREATE, events.CHANGE, events.DELETE),
    exercises=(proofs.create, proofs.change, proofs.undo, proofs.delete),
    personal_data=personal_data.TABLES,
)
