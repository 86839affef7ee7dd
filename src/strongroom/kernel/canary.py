"""Whose addresses are nobody's: the people that only proofs play."""

CANARIES = "@strongroom.invalid"
"""How the address of every canary ends; ``.invalid`` exists nowhere (RFC 6761 §6.4)."""
