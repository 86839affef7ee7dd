"""How accounts say no."""

from strongroom.kernel import Invalid


class EmailInvalid(Invalid):
    """The text is no e-mail address that we could write to."""

    code, status, title = "email-invalid", 422, "This is not an e-mail address."
