"""Names that say nothing: random, so that neither their order nor their number tells anything."""

import secrets

LENGTH = 22


def new_key() -> str:
    """A random name of 128 bits, as it stands in addresses. None begins with a hyphen, as options of commands do."""
    while (key := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return key


def new_salt() -> str:
    """256 random bits in hexadecimal digits, which never leave the server."""
    return secrets.token_hex(32)
