"""What API keys contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "tokens",
    api=(api.list_keys, api.create_key, api.revoke_key),
    pages=(pages.api_keys, pages.create, pages.revoke),
    events=(events.CREATE, events.REVOKE),
    exercises=(proofs.create, proofs.revoke),
    personal_data=personal_data.TABLES,
)
