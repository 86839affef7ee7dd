"""What integrations contribute to the house."""

from strongroom.kernel import Domain
from strongroom.vault import SealedColumn

from . import (
    api,
    events,
    pages,
    personal_data,
    proofs,
    proofs_exercises,
    proofs_keys,
)
from .service import COLUMN, TABLE


DOMAIN = Domain(
    "integrations",
    api=(
        api.every,
        api.kinds,
        api.mirror,
        api.get,
        api.add,
        api.edit,
        api.rotate,
        api.test,
        api.use,
        api.reveal,
        api.delete,
        api.restore,
    ),
    pages=(
        pages.every,
        pages.new,
        pages.add,
        pages.one,
        pages.change,
        pages.rotate,
        pages.test,
        pages.reveal,
        pages.delete,
        pages.restore,
    ),
    events=(
        events.CREATE,
        events.CHANGE,
        events.ROTATE,
        events.TEST,
        events.USE,
        events.REVEAL,
        events.DELETE,
        events.RESTORE,
    ),
    proofs=(
        proofs.credentials_open_in_their_row_alone,
        proofs.members_use_and_never_see,
        proofs_keys.ai_keys_cannot_be_read_back,
    ),
    exercises=(
        proofs_exercises.create,
        proofs_exercises.change,
        proofs_exercises.rotate,
        proofs_exercises.test,
        proofs_exercises.use,
        proofs_exercises.reveal,
        proofs_exercises.delete,
        proofs_exercises.restore,
    ),
    personal_data=personal_data.TABLES,
    sealed=(SealedColumn(TABLE, COLUMN),),
)
