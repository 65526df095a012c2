"""Randomness from the operating system."""

import secrets


class SecretRandomness:
    """Fit for secrets."""

    def token(self, nbytes: int) -> str:
        return secrets.token_urlsafe(nbytes)
