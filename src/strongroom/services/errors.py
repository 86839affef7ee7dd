"""How calls of services are refused."""

from strongroom.kernel import Conflict, Refusal


class ServiceSignatureInvalid(Refusal):
    """The call is not signed by a known service, as it came and at this moment."""

    code, status = "service-signature-invalid", 401
    title = "Only a service may call this, by a signature of its own (RFC 9421)."


class ServiceCallReplayed(Refusal):
    """The same signed call came before; each nonce is good for one."""

    code, status = "service-call-replayed", 401
    title = "This call came before. Sign each call with a new nonce."


class ServiceExists(Conflict):
    """A service has this name already, be it a revoked one."""

    code, status = "service-exists", 409
    title = "There is a service of this name. Choose another name."
