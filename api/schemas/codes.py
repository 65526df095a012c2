"""The codes at chargers as they travel."""

from collections.abc import Mapping
from urllib.parse import quote

from pydantic import ConfigDict

from api.schemas.base import Reply


class Code(Reply):
    """What a charger's sheet says."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charger_id: str
    code: str
    """Proves presence at joining and reserving (`code`); upper and lower case are the same."""
    path: str
    """Of the page the QR code leads to, below this server's address."""


class CodesReply(Reply):
    """The codes of a location's chargers."""

    codes: list[Code]


def codes_reply(location_id: str, codes: Mapping[str, str]) -> CodesReply:
    """The reply with all codes of a location."""
    return CodesReply(
        codes=[
            Code(charger_id=charger_id, code=code, path=path_of(location_id, charger_id, code))
            for charger_id, code in codes.items()
        ]
    )


def path_of(location_id: str, charger_id: str, code: str = "") -> str:
    """The page of the drivers' app at a charger; ``code`` proves that who comes by it is there."""
    proof = f"?code={code}" if code else ""
    return f"/app/c/{quote(location_id, safe='')}/{quote(charger_id, safe='')}{proof}"
