"""How magic links say no."""

from strongroom.kernel import Forbidden, Unauthenticated


class OtherBrowser(Forbidden):
    """The link was opened in another browser than the one that asked for it."""

    code, status = "other-browser", 403
    title = "Type the code from the mail on the device that asked for it."


class WrongMailCode(Unauthenticated):
    """The code is not the one in the mail."""

    code, status = "wrong-mail-code", 401
    title = "That code is not the one in the mail."
