"""An ``[[account]]`` of the units file with ``driver = "chargeamps"``: its options, checked."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ocpp_bridge.units.driver import BadEntry, Entry

USUAL_URL = "https://eapi.charge.space"
VERSIONS = ("v3", "v4", "v5")
SECRETS = ("email", "password", "api_key")
WORDS = ("ocpp", "capi")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """``states`` says of charge points which of the two tables their states are numbered by, where the type does not
    tell; ``lifetime_consumption``: the cloud counts over a charge point's life, not from 0 with each session.
    """

    name: str
    email: str = field(repr=False)
    password: str = field(repr=False)
    api_key: str = field(repr=False)
    url: str = USUAL_URL
    api_version: str = "v5"
    poll_s: float = 30.0
    discover_s: float = 600.0
    settings_s: float = 300.0
    reconcile_s: float = 900.0
    timeout_s: float = 15.0
    lifetime_consumption: bool = False
    states: Mapping[str, str] = field(default_factory=dict)


def account_of(entry: Entry, environment: Mapping[str, str] = os.environ) -> Account:
    """Raises :class:`BadEntry`, which never shows a secret."""
    options = dict(entry.options)
    options.setdefault("url", entry.address or USUAL_URL)
    secrets = {name: _secret(options, name, environment) for name in SECRETS}
    states = _states(options.pop("states", {}))
    lifetime = options.pop("lifetime_consumption", False)
    if not isinstance(lifetime, bool):
        raise BadEntry("lifetime_consumption is true or false")
    seconds = {
        name: _seconds(options, name, usual, least)
        for name, usual, least in (
            ("poll_s", 30.0, 0.01), ("discover_s", 600.0, 0.01), ("settings_s", 300.0, 0.01),
            ("reconcile_s", 900.0, 0.01), ("timeout_s", 15.0, 0.1),
        )
    }  # fmt: skip
    url, version = options.pop("url"), options.pop("api_version", "v5")
    name = options.pop("name", "chargeamps")
    if options:
        raise BadEntry(f"unknown option {min(options)}")
    if version not in VERSIONS:
        raise BadEntry(f"api_version is one of {', '.join(VERSIONS)}")
    if not isinstance(name, str) or not name:
        raise BadEntry("name is a text")
    return Account(
        name=name,
        url=_checked_url(url),
        api_version=version,
        states=states,
        lifetime_consumption=lifetime,
        email=secrets["email"],
        password=secrets["password"],
        api_key=secrets["api_key"],
        poll_s=seconds["poll_s"],
        discover_s=seconds["discover_s"],
        settings_s=seconds["settings_s"],
        reconcile_s=seconds["reconcile_s"],
        timeout_s=seconds["timeout_s"],
    )


def _secret(options: dict[str, Any], name: str, environment: Mapping[str, str]) -> str:
    """As it stands there, or in the environment variable that ``<name>_env`` names."""
    value, variable = options.pop(name, None), options.pop(f"{name}_env", None)
    if (value is None) == (variable is None):
        raise BadEntry(f"give {name}, or the name of an environment variable as {name}_env")
    if variable is not None:
        if not isinstance(variable, str) or not environment.get(variable):
            raise BadEntry(f"the environment variable that {name}_env names is not set")
        value = environment[variable]
    if not isinstance(value, str) or not value or not value.isprintable():
        raise BadEntry(f"{name} is a text without control characters")
    return value


def _seconds(options: dict[str, Any], name: str, usual: float, least: float) -> float:
    value = options.pop(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= 86_400:
        raise BadEntry(f"{name} is a number of seconds from {least:g} to 86400")
    return float(value)


def _states(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or any(words not in WORDS for words in value.values()):
        raise BadEntry("states gives charge point ids " + " or ".join(f'"{words}"' for words in WORDS))
    return {str(charge_point_id): words for charge_point_id, words in value.items()}


def _checked_url(value: Any) -> str:
    """The account's password goes there: readable on the way only within this machine."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        host = parts.hostname
        parts.port  # noqa: B018 -- raises for what is no port
    except ValueError as error:
        raise BadEntry("url is no address") from error
    if not host or parts.query or parts.fragment or parts.username or parts.password:
        raise BadEntry(f"url is the cloud's root, such as {USUAL_URL}")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise BadEntry("url begins with https:// (http:// for this machine only)")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
