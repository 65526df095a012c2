"""What a variable of a deployment may say: each reads one value, or says in one line how to mend it."""

import re
from urllib.parse import urlsplit

from services.publishing.address import address_of
from wire.topics import project_of

_NOTIFIER = re.compile(r"log|webpush|mail|webhook|file:.+|fcm:[a-z0-9][a-z0-9.:-]{0,99}")
_NEXT_WAY = re.compile(r",(?=(?:log|webpush|mail|webhook)(?:,|$)|file:|fcm:)")
_PRIVATE_HOST = re.compile(r"[A-Za-z0-9_.-]{1,253}(:[0-9]{1,5})?|\[[0-9a-f:]{2,39}\](:[0-9]{1,5})?")


class BadConfiguration(ValueError):
    """A variable is unknown or has a value it cannot have; the text is one line that says how to mend it."""


def text(name: str, value: str) -> str:
    """Any text but none."""
    if not value:
        raise BadConfiguration(f"{name} is empty: give it a value or unset it.")
    return value


def secret(name: str, value: str) -> str:
    """A secret worth the name."""
    if len(value) < 16:
        raise BadConfiguration(f"{name} must have 16 characters or more.")
    return value


def bus(name: str, value: str) -> str:
    """`local` or `pubsub:PROJECT`."""
    if value != "local":
        try:
            project_of(value)
        except ValueError as error:
            raise BadConfiguration(f"{name} cannot be {value!r}: {error}.") from error
    return value


def ways_of(value: str) -> list[str]:
    """The ways that ``KILOWAIT_NOTIFIER`` names; the path of a file may have commas of its own."""
    return _NEXT_WAY.split(value)


def notifier(name: str, value: str) -> str:
    """One or more ways of messages, parted by commas."""
    ways = ways_of(value)
    if not all(_NOTIFIER.fullmatch(way) for way in ways) or len({way.partition(":")[0] for way in ways}) < len(ways):
        raise BadConfiguration(
            f"{name} must be one or more of 'log', 'file:PATH', 'fcm:PROJECT', 'webpush', 'mail' and 'webhook', parted"
            f" by commas, not {value!r}."
        )
    return value


def mail(name: str, value: str) -> str:
    """A folder, the console, or a mail server."""
    if value in {"folder", "console"} or value.startswith(("smtp://", "smtps://", "smtp+plain://")):
        return value
    raise BadConfiguration(
        f"{name} must be 'folder', 'console' or a server such as smtp://user@host:587, not {without_password(value)!r}."
    )


def subject(name: str, value: str) -> str:
    """Somebody to write to."""
    if not value.startswith(("mailto:", "https://")):
        raise BadConfiguration(f"{name} must be mailto:SOMEBODY@HOST or an https:// page, not {value!r}.")
    return value


def private_hosts(name: str, value: str) -> tuple[str, ...]:
    """Hosts, parted by commas."""
    hosts = tuple(part.strip() for part in value.split(",") if part.strip())
    if bad := [host for host in hosts if not _PRIVATE_HOST.fullmatch(host)]:
        raise BadConfiguration(f"{name} must be hosts such as chat.lan or 10.0.0.7:8080, not {bad[0]!r}.")
    return hosts


def url(name: str, value: str) -> str:
    """An address without query."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise BadConfiguration(f"{name} must be an address such as https://example.org, not {value!r}.")
    return value.rstrip("/")


def urls(name: str, value: str) -> tuple[str, ...]:
    """Addresses, parted by commas."""
    return tuple(url(name, part.strip()) for part in value.split(",") if part.strip())


def open_or_closed(name: str, value: str) -> bool:
    """Whether it is open."""
    if value not in {"open", "closed"}:
        raise BadConfiguration(f"{name} must be 'open' or 'closed', not {value!r}.")
    return value == "open"


def count(name: str, value: str) -> int:
    """A small number."""
    if not value.isdecimal() or int(value) > 10:
        raise BadConfiguration(f"{name} must be a whole number from 0 to 10, not {value!r}.")
    return int(value)


def currency(name: str, value: str) -> str:
    """A currency's code, ISO 4217."""
    if not re.fullmatch("[A-Z]{3}", value):
        raise BadConfiguration(f"{name} must be three capital letters such as EUR, not {value!r}.")
    return value


def minor_units(name: str, value: str) -> int:
    """An amount."""
    if not (value.isascii() and value.isdecimal()) or int(value) > 100_000_000:
        raise BadConfiguration(f"{name} must be whole minor units (cents) from 0 to 100000000, not {value!r}.")
    return int(value)


def payments(name: str, value: str) -> str:
    """A provider of payments."""
    if value not in {"none", "trial"}:
        raise BadConfiguration(f"{name} must be 'none' or 'trial', not {value!r}.")
    return value


def publish(name: str, value: str) -> str:
    """An outside system."""
    try:
        address_of(value)
    except ValueError as error:
        raise BadConfiguration(f"{name} cannot be {without_password(value)!r}: {error}.") from error
    return value


def without_password(value: str) -> str:
    """An address as it may be shown."""
    return re.sub(r"(?<=//)[^@/]*@", "…@", value)


def client_id(name: str, value: str) -> str:
    """A name at a broker."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        raise BadConfiguration(f"{name} must be 1 to 64 letters, digits, '-' and '_', not {value!r}.")
    return value


def tiles(name: str, value: str) -> str:
    """An address of map tiles."""
    parts = urlsplit(value)
    plain = not set(value) & set(" ;,'\"") and parts.hostname is not None and parts.username is None
    if not plain or parts.scheme not in {"http", "https"} or not all(f"{{{each}}}" in parts.path for each in "zxy"):
        raise BadConfiguration(f"{name} must be an address with {{z}}, {{x}} and {{y}}, not {value!r}.")
    return value


def level(name: str, value: str) -> str:
    """A level of the log."""
    if value not in {"debug", "info", "warning", "error"}:
        raise BadConfiguration(f"{name} must be debug, info, warning or error, not {value!r}.")
    return value
