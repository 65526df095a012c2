"""Services: what must hold of an operation's payload beside its shape: connectors, addresses, instants, lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

from model.errors import Invalid
from model.ids import fold

SCHEMES = frozenset({"ftp", "ftps", "http", "https", "sftp"})
MOST_KEYS = 100
MOST_ENTRIES = 5_000
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a payload is judged against: the charge point's connectors, and the time."""

    now: datetime
    connectors: frozenset[int] = frozenset()
    settings: dict[str, str] = field(default_factory=dict)
    """The charge point's configuration as far as it is known: folded key → value."""

    def number(self, key: str) -> int | None:
        """A setting that is a whole number; None: not known."""
        text = self.settings.get(key.casefold(), "").strip()
        return int(text) if text.isdecimal() and len(text) < 10 else None


Check = Callable[[dict[str, Any], Situation], None]


def refuse(where: Iterable[str], why: str) -> NoReturn:
    """Raise ``Invalid`` for the field at ``where`` in the payload."""
    name = ".".join(["payload", *where])
    raise Invalid("invalid_payload", f"{name}: {why}.", field=name)


def connector(*, least: int = 0) -> Check:
    """``connectorId``, where given, is one of the charge point's; 0, the charge point as a whole, only if allowed."""

    def check(payload: dict[str, Any], situation: Situation) -> None:
        number = payload.get("connectorId")
        if number is None or (number == 0 and least == 0):
            return
        if number == 0:
            refuse(["connectorId"], "0, the charge point as a whole, is not allowed here")
        if number not in situation.connectors:
            known = ", ".join(str(each) for each in sorted(situation.connectors))
            refuse(["connectorId"], f"this charge point has no connector {number} (it has {known})")

    return check


def word(name: str) -> Check:
    """A text that may not be empty, and has no control character."""

    def check(payload: dict[str, Any], situation: Situation) -> None:
        del situation
        if name in payload:
            _refuse_unprintable(payload[name], [name])

    return check


def keys(payload: dict[str, Any], situation: Situation) -> None:
    """GetConfiguration's ``key``: as many as the charge point takes at once."""
    asked = payload.get("key", [])
    most = situation.number("GetConfigurationMaxKeys") or MOST_KEYS
    if len(asked) > most:
        refuse(["key"], f"at most {most} keys can be asked for at once")
    for index, each in enumerate(asked):
        _refuse_unprintable(each, ["key", str(index)])


def address(*where: str) -> Check:
    """A URL files can be fetched from or sent to."""

    def check(payload: dict[str, Any], situation: Situation) -> None:
        del situation
        text = _at(payload, where)
        try:
            parts = urlsplit(text)
            known = parts.scheme.lower() in SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known or not text.isprintable() or any(letter.isspace() for letter in text):
            refuse(where, f"must be a URL with a host: {', '.join(sorted(SCHEMES))}")

    return check


def certificates(*where: str) -> Check:
    """One or more certificates in PEM."""

    def check(payload: dict[str, Any], situation: Situation) -> None:
        del situation
        text = _at(payload, where).strip()
        whole = text.startswith(BEGIN) and text.endswith(END)
        if not whole or text.count(BEGIN) != text.count(END) or "PRIVATE KEY" in text:
            refuse(where, "must be certificates in PEM, and no key")

    return check


def retries(payload: dict[str, Any], situation: Situation) -> None:
    """``retries`` and ``retryInterval`` count."""
    del situation
    for name in ("retries", "retryInterval"):
        if payload.get(name, 0) < 0:
            refuse([name], "must not be negative")


def instant(payload: dict[str, Any], *where: str) -> datetime | None:
    """An instant of the payload as aware time; None: not given. Raises ``Invalid`` for what is no instant."""
    text = _at(payload, where)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        refuse(where, "must be an instant with a zone, such as 2026-01-31T12:00:00Z")
    return found


def future(*where: str) -> Check:
    """An instant that is yet to come."""

    def check(payload: dict[str, Any], situation: Situation) -> None:
        found = instant(payload, *where)
        if found is not None and found <= situation.now:
            refuse(where, "must be in the future")

    return check


def span(first: str, last: str, *, within: str = "") -> Check:
    """Two instants in order, where both are given."""
    inside = [within] if within else []

    def check(payload: dict[str, Any], situation: Situation) -> None:
        del situation
        begin, end = instant(payload, *inside, first), instant(payload, *inside, last)
        if begin is not None and end is not None and end < begin:
            refuse([*inside, last], f"must not be before {first}")

    return check


def local_list(payload: dict[str, Any], situation: Situation) -> None:
    """SendLocalList: a version, tags that differ, and in a full list a verdict on each."""
    if payload["listVersion"] < 1:
        refuse(["listVersion"], "must be 1 or more")
    entries = payload.get("localAuthorizationList", [])
    most = min(MOST_ENTRIES, situation.number("SendLocalListMaxLength") or MOST_ENTRIES)
    if len(entries) > most:
        refuse(["localAuthorizationList"], f"this charge point takes at most {most} tags at once")
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        where = ["localAuthorizationList", str(index)]
        _refuse_unprintable(entry["idTag"], [*where, "idTag"])
        folded = fold(entry["idTag"])
        if folded in seen:
            refuse([*where, "idTag"], "the tag is in the list twice")
        seen.add(folded)
        if payload["updateType"] == "Full" and "idTagInfo" not in entry:
            refuse([*where, "idTagInfo"], "a full list has a verdict on every tag")
        instant(payload, *where, "idTagInfo", "expiryDate")


def _refuse_unprintable(text: str, where: list[str]) -> None:
    if not text or not text.isprintable():
        refuse(where, "must not be empty, nor hold control characters")


def _at(payload: dict[str, Any], where: Iterable[str]) -> str:
    found: Any = payload
    for step in where:
        found = found[int(step)] if isinstance(found, list) else found.get(step, {})
    return found if isinstance(found, str) else ""
