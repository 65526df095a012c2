"""When a token has to be renewed: read from the token itself, which only its issuer can check."""

import base64
import binascii
import json

UNKNOWN_LIFE_S = 6600.0
"""Of a token that does not say when it ends: the vendor's live 120 minutes."""
EARLY_SHARE, EARLY_LEAST_S = 0.1, 5.0
"""How long before its end it is renewed: a tenth of its life, so that no clock has to be exact."""


def life_s(token: str, now: float) -> float:
    """For how many seconds from ``now`` (Unix time) a token is to be used. ``exp`` minus ``iat`` where both are
    there, so that a wrong clock here does no harm; never negative.
    """
    claims = _claims(token)
    ends, issued = _moment(claims.get("exp")), _moment(claims.get("iat"))
    if ends is None:
        return UNKNOWN_LIFE_S
    whole_s = ends - (now if issued is None else issued)
    return max(0.0, whole_s - max(EARLY_SHARE * whole_s, EARLY_LEAST_S))


def _claims(token: str) -> dict[str, object]:
    try:
        middle = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _moment(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 < value < 1e11 else None
