"""How API keys say no."""

from strongroom.kernel import Conflict, Forbidden, Invalid


class ApiKeyInvalid(Invalid):
    """An API key's name, scopes or lifetime cannot be used; the fields say which."""

    code, status, title = "api-key-invalid", 422, "The API key cannot be used."


class ScopeTooWide(Forbidden):
    """A key would do what its maker may not do, or what no key may do."""

    code, status, title = "scope-too-wide", 403, "A key is never wider than its maker."


class MadeAlready(Conflict):
    """The same form was sent again; the key that it made was shown then, once."""

    code, status = "api-key-made-already", 409
    title = "This key was made already, and shown once. Revoke it if it was not kept."
