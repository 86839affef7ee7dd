"""What an action is."""

Action = str
"""A permanent name such as ``session.end``: the same on record and in the policy."""
