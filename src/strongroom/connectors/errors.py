"""How a connector says no."""

from strongroom.kernel import Invalid


class FieldsInvalid(Invalid):
    """A field is missing, unknown, or not what this kind of service needs."""

    code, status, title = "fields-invalid", 422, "Some fields cannot be used."


class ArgumentInvalid(Invalid):
    """The verb is not one of this kind's, or what it was given cannot be sent."""

    code, status, title = "argument-invalid", 422, "This cannot be sent."
