"""What services contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, personal_data, proofs


DOMAIN = Domain(
    "services",
    api=(api.introspect,),
    events=(events.ADD, events.REVOKE, events.INTROSPECT),
    proofs=(proofs.only_services_call_service_routes,),
    exercises=(proofs.introspect,),
    personal_data=personal_data.TABLES,
)
