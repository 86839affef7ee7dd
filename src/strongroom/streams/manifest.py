"""What log streams contribute to the house."""

from strongroom.kernel import Domain
from strongroom.vault import SealedColumn

from . import api, events, pages, personal_data, proofs


TABLE = "strongroom.log_streams"

DOMAIN = Domain(
    "streams",
    api=(
        api.streams,
        api.create_stream,
        api.stream,
        api.pause,
        api.test,
        api.rotate,
        api.delete,
    ),
    pages=(
        pages.streams,
        pages.create,
        pages.pause,
        pages.resume,
        pages.test,
        pages.rotate,
        pages.delete,
    ),
    events=(
        events.CREATE,
        events.CHANGE,
        events.TEST,
        events.ROTATE,
        events.DELETE,
    ),
    exercises=(
        proofs.create,
        proofs.change,
        proofs.test,
        proofs.rotate,
        proofs.delete,
    ),
    sealed=(
        SealedColumn(TABLE, "target"),
        SealedColumn(TABLE, "secret"),
        SealedColumn(TABLE, "former_secret"),
    ),
    personal_data=personal_data.TABLES,
)
