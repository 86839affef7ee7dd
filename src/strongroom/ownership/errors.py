"""How ownership says no."""

from strongroom.kernel import Conflict, NotFound


class NoOffer(NotFound):
    """Nobody offers the caller the ownership: it ended, or there was none."""

    code, status, title = "no-offer", 404, "There is no such offer, or not any more."


class OfferOpen(Conflict):
    """One offer at a time: the open one is withdrawn first."""

    code, status = "offer-open", 409
    title = "The ownership is offered already. Withdraw that offer first."


class OwnsAlready(Conflict):
    """Whoever owns the organization cannot be offered it."""

    code, status, title = "owns-already", 409, "This member is an owner already."
