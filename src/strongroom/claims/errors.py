"""What is said of a profile that cannot be used."""


class ProfileInvalid(Exception):
    """A profile is unusable; the message is one line naming the file and the fault."""
