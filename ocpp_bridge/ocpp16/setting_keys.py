"""Settings that are configuration keys of OCPP 1.6: the keys' names, and their values as text and back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ocpp_bridge.translation import Call

RATE_UNIT = "ChargingScheduleAllowedChargingRateUnit"
MEASURANDS = "MeterValuesSampledData"
LADDER = (
    "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC",
    "Energy.Active.Import.Register,Power.Active.Import",
    "Energy.Active.Import.Register",
)
"""What is asked for after a boot, best first; without power, a car that is full shows by its register only."""
ASKED = "Asked"
"""How the bridge remembers measurands an admin chose: they are not asked for anew after a boot."""
MOST_SECONDS = 10**7
MOST_WORDS, MOST_WORD_CHARS = 100, 128


@dataclass(frozen=True, slots=True)
class KeySetting:
    """``read`` raises :class:`ValueError` for a text that is no value."""

    key: str
    written: Callable[[Any], str]
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A key as the charge point spells it; ``value`` None: it has none."""

    key: str
    value: str | None
    readonly: bool = False


def _flag(text: str) -> bool:
    word = text.strip().casefold()
    if word not in {"true", "false", "1", "0"}:
        raise ValueError(text)
    return word in {"true", "1"}


def _seconds(text: str) -> int:
    seconds = int(text.strip())
    if not 0 <= seconds <= MOST_SECONDS:
        raise ValueError(text)
    return seconds


def split(text: str) -> tuple[str, ...]:
    """The words of a list, each once."""
    words = (word.strip()[:MOST_WORD_CHARS] for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


KEYS: Mapping[str, KeySetting] = {
    "cable_lock": KeySetting(
        "UnlockConnectorOnEVSideDisconnect",
        lambda is_locked: "false" if is_locked else "true",
        lambda text: not _flag(text),
    ),
    "heartbeat_s": KeySetting("HeartbeatInterval", str, _seconds),
    "sample_s": KeySetting("MeterValueSampleInterval", str, _seconds),
    "measurands": KeySetting(MEASURANDS, ",".join, split),
}
"""By the setting's name."""


def ask() -> Call:
    """The call for every key that says something of a setting."""
    return Call("GetConfiguration", {"key": [*(each.key for each in KEYS.values()), RATE_UNIT]})


def change(key: str, value: str) -> Call:
    """The call that changes one key."""
    return Call("ChangeConfiguration", {"key": key, "value": value})


def shown_keys(payload: Mapping[str, Any]) -> dict[str, Shown]:
    """Folded key → what GetConfiguration showed; charge points that ignore the filter show more."""
    listed = payload.get("configurationKey")
    found = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("key"), str):
            value = each.get("value")
            text = None if value is None else _text(value)
            found[each["key"].casefold()] = Shown(each["key"], text, readonly=each.get("readonly") is True)
    return found


def ours(shown: Mapping[str, Shown]) -> tuple[tuple[str, str | None], ...]:
    """Those of the keys shown that are settings, as the charge point spells them."""
    wanted = (shown.get(setting.key.casefold()) for setting in KEYS.values())
    return tuple((each.key, each.value) for each in wanted if each is not None)


def unknown_keys(payload: Mapping[str, Any]) -> frozenset[str]:
    """The folded keys it says it does not know."""
    listed: Iterable[Any] = payload.get("unknownKey") or ()
    return frozenset(each.casefold() for each in listed if isinstance(each, str))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
