"""The composition root's list: adding a domain adds one line here."""

from strongroom.audit.manifest import DOMAIN as AUDIT
from strongroom.middleware.manifest import DOMAIN as MIDDLEWARE
from strongroom.organizations.manifest import DOMAIN as ORGANIZATIONS
from strongroom.passwords.manifest import DOMAIN as PASSWORDS
from strongroom.sessions.manifest import DOMAIN as SESSIONS
from strongroom.signin.manifest import DOMAIN as SIGNIN
from strongroom.trust.manifest import DOMAIN as TRUST

from .problem_pages import DOMAIN as PROBLEMS
from .proofs import DOMAIN as LOGS


DOMAINS = (
    AUDIT,
    ORGANIZATIONS,
    SESSIONS,
    PASSWORDS,
    SIGNIN,
    TRUST,
    MIDDLEWARE,
    PROBLEMS,
    LOGS,
)
