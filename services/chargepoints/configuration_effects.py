"""Services: a charge point's configuration as its answers tell it. Secrets stay hidden."""

from dataclasses import replace
from typing import Any

from model.charge_point import CommandRecord
from model.charge_point_records import Configuration, ConfigurationKey
from services.chargepoints.secrets import HIDDEN, is_secret
from wire.events import CommandOutcome, CommandResult

MOST_KEYS = 500
MOST_KEY_CHARS = 100
MOST_VALUE_CHARS = 1_000


def read_back(before: Configuration, payload: dict[str, Any]) -> Configuration:
    """After a boot: some keys as the bridge read them; what was known beside the value stays."""
    listed = payload.get("configurationKey")
    known = {_folded(each.key): each for each in before.keys}
    for name, key in (_key(each) for each in (listed if isinstance(listed, list) else ())):
        if name:
            known[name] = replace(known.get(name, key), value=key.value)
    return _ordered(before, known, {_folded(each): each for each in before.unknown_keys})


def told(before: Configuration, command: CommandRecord, result: CommandResult) -> Configuration:
    """After GetConfiguration: what was asked for, or everything."""
    response = result.response or {}
    listed = response.get("configurationKey")
    unknown = response.get("unknownKey")
    known = {_folded(each.key): each for each in before.keys}
    keys = {
        name: replace(key, answer=known[name].answer if name in known else "")
        for name, key in (_key(each) for each in (listed if isinstance(listed, list) else ()))
        if name
    }
    missing = {_folded(each): each for each in (unknown if isinstance(unknown, list) else ()) if isinstance(each, str)}
    if command.payload.get("key"):
        keys = {name: each for name, each in (known | keys).items() if name not in missing or name in keys}
        missing = {_folded(each): each for each in before.unknown_keys} | missing
    return _ordered(before, keys, missing)


def changed(before: Configuration, command: CommandRecord, result: CommandResult) -> Configuration:
    """After ChangeConfiguration: the value if it was taken, and the charge point's word."""
    text, value = command.payload["key"], command.payload["value"]
    keys = {_folded(each.key): each for each in before.keys}
    missing = {_folded(each): each for each in before.unknown_keys}
    if result.answer == "NotSupported":
        return _ordered(before, {name: each for name, each in keys.items() if name != _folded(text)},
                        missing | {_folded(text): text})  # fmt: skip
    key = keys.get(_folded(text), ConfigurationKey(key=text))
    if result.outcome is CommandOutcome.ACCEPTED:
        key = replace(key, value=HIDDEN if is_secret(text) else value)
    return _ordered(before, keys | {_folded(text): replace(key, answer=result.answer)}, missing)


def _ordered(before: Configuration, keys: dict[str, ConfigurationKey], missing: dict[str, str]) -> Configuration:
    unknown = sorted(text[:MOST_KEY_CHARS] for name, text in missing.items() if name not in keys)
    return replace(
        before,
        keys=tuple(keys[name] for name in sorted(keys)[:MOST_KEYS]),
        unknown_keys=tuple(unknown[:MOST_KEYS]),
    )


def _key(told: Any) -> tuple[str, ConfigurationKey]:
    """A listed key under its folded name; no name: it cannot be read."""
    text = told.get("key") if isinstance(told, dict) else None
    if not isinstance(text, str):
        return "", ConfigurationKey(key="")
    value = told.get("value")
    shown = None if value is None else HIDDEN if is_secret(text) else str(value)[:MOST_VALUE_CHARS]
    text = text[:MOST_KEY_CHARS]
    return _folded(text), ConfigurationKey(key=text, value=shown, readonly=told.get("readonly") is True)


def _folded(key: str) -> str:
    return key[:MOST_KEY_CHARS].casefold()
