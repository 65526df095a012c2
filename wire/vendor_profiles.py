"""What real charge points break, named after its situation, and which vendor profile tolerates what.

The one table: the bridge carries it out, the API knows the profiles' names by it, `docs/leniency.md` is made from it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One thing charge points do that OCPP does not allow. ``usual``: tolerated unless a profile says otherwise."""

    tolerated: str
    becomes: str
    usual: bool = True


DEVIATIONS: Final[dict[str, Deviation]] = {
    "no-subprotocol": Deviation(
        tolerated="a handshake without `Sec-WebSocket-Protocol`", becomes="taken for OCPP 1.6", usual=False
    ),
    "null-result": Deviation(
        tolerated="a CALLRESULT whose payload is null or no object", becomes="an empty object"
    ),
    "short-error": Deviation(
        tolerated="a CALLERROR without code, description or details", becomes="`GenericError`, empty texts"
    ),
    "numeric-message-id": Deviation(
        tolerated="a number as message id", becomes="answered under the same number"
    ),
    "long-message-id": Deviation(
        tolerated="a message id longer than 36 characters, up to 255", becomes="answered under the same id"
    ),
    "broken-text": Deviation(
        tolerated="bytes that are no UTF-8, or half of a surrogate pair, within a text",
        becomes="a replacement character in their place",
    ),
    "null-for-nothing": Deviation(
        tolerated="null in an optional field of a call", becomes="as if the field were left out"
    ),
    "long-text": Deviation(
        tolerated="texts longer than allowed in BootNotification; info, vendor and technical texts in other reports",
        becomes="cut to 255 characters",
    ),
    "unknown-error-code": Deviation(
        tolerated="an `errorCode` that OCPP 1.6 does not list", becomes="kept as it is"
    ),
    "number-for-text": Deviation(
        tolerated="a number where a text belongs, in what is reported (a reading's value, a tag at the start)",
        becomes="its text",
    ),
    "text-for-number": Deviation(
        tolerated="digits as a text, or a number with decimals, where an integer belongs",
        becomes="the integer, decimals cut off",
    ),
    "empty-sampled-value": Deviation(
        tolerated="a reading without values", becomes="left out; a call without any is answered and forgotten"
    ),
    "odd-value-word": Deviation(
        tolerated="a unit, measurand, phase, location, context or format that OCPP 1.6 does not list"
        " (Hz, Hertz, Celcius, L1-N for another quantity)",
        becomes="handed on as it is; the API normalises",
    ),
    "long-tag-at-start": Deviation(
        tolerated="an `idTag` longer than 20 characters in StartTransaction",
        becomes="judged as it is (such a tag is known to nobody), the transaction booked",
    ),
    "extra-field": Deviation(
        tolerated="fields OCPP does not know, in what is reported (StartTransaction, MeterValues …)",
        becomes="ignored",
    ),
    "odd-stop": Deviation(
        tolerated="any form of StopTransaction that has an id and a reading: refusing it leaves the charge running",
        becomes="odd tags, reasons and values as they are; what cannot be read is left out",
    ),
    "id-0-in-readings": Deviation(
        tolerated="readings of a transaction 0 or -1, which no transaction is called",
        becomes="readings of what runs at their connector; a stop of such an id is booked apart, it ends nothing",
    ),
    "odd-timestamp": Deviation(
        tolerated="a timestamp without zone, or none that can be read",
        becomes="UTC; the time of arrival. Deadlines go by the time of arrival in any case",
    ),
    "number-for-tag": Deviation(
        tolerated="a number as `idTag` in Authorize", becomes="its text", usual=False
    ),
    "extra-field-anywhere": Deviation(
        tolerated="fields OCPP does not know in BootNotification and in what is asked (Authorize …)",
        becomes="ignored",
        usual=False,
    ),
    "missing-error-code": Deviation(
        tolerated="a StatusNotification without `errorCode`", becomes="`NoError`", usual=False
    ),
}  # fmt: skip

USUAL: Final = frozenset(name for name, deviation in DEVIATIONS.items() if deviation.usual)

PROFILES: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "": ("every charge point without a profile: what loses nothing and invents nothing", USUAL),
    "strict": ("for conformance tests: nothing", frozenset()),
    "no-subprotocol": ("the usual, and `no-subprotocol`", USUAL | {"no-subprotocol"}),
    "lenient": ("everything below", frozenset(DEVIATIONS)),
}
"""Name, for whom, and which deviations are tolerated."""


def is_profile(name: str) -> bool:
    """Whether a charge point may be given this profile; case does not matter, empty is the usual one."""
    return name.casefold() in PROFILES


def tolerated_by(name: str) -> frozenset[str]:
    """The names of what a profile tolerates; a name that is none counts as the usual profile."""
    return PROFILES.get(name.casefold(), PROFILES[""])[1]
