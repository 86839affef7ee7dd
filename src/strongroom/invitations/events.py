"""What invitations put on record."""

CREATE = "invitation.create"
RESEND = "invitation.resend"
REVOKE = "invitation.revoke"
ACCEPT = "invitation.accept"
