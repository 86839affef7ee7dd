"""What token pairs contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs, proofs_exercises


DOMAIN = Domain(
    "token_pairs",
    api=(api.list_apps, api.create_tokens, api.refresh_tokens, api.revoke_tokens),
    pages=(api.key_set, pages.apps, pages.revoke),
    events=(
        events.CREATE,
        events.REFRESH,
        events.REVOKE,
        events.REUSE,
        events.ROTATE_KEY,
    ),
    proofs=(proofs.tokens_are_short_and_used_once,),
    exercises=(
        proofs_exercises.connect,
        proofs_exercises.refresh,
        proofs_exercises.disconnect,
    ),
    personal_data=personal_data.TABLES,
)
