"""How a provider's answer fails."""

from strongroom.kernel import Unauthenticated, Unavailable


class IdentityRefused(Unauthenticated):
    """What the provider answered does not check out; its detail says where."""

    code, status = "identity-refused", 401
    title = "The provider's answer does not check out. Start again."


class ProviderSilent(Unavailable):
    """The provider does not answer as OpenID Connect or OAuth says."""

    code, status = "provider-silent", 503
    title = "The provider does not answer just now. Try again, or sign in another way."
