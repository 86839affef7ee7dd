"""Magic links: whoever reads an account's mail signs in, in the browser that asked."""

from .errors import OtherBrowser, WrongMailCode
from .service import MagicLinks, Means
from .settings import MagicLinkSettings


__all__ = ["MagicLinkSettings", "MagicLinks", "Means", "OtherBrowser", "WrongMailCode"]
