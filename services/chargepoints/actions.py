"""Services: the OCPP 1.6 operations an admin may send, and the shape of each payload (OCPP 1.6 edition 2, §7)."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from model.errors import Invalid

IdToken = Annotated[str, Meta(min_length=1, max_length=20)]
ConfigurationKey = Annotated[str, Meta(min_length=1, max_length=50)]
ConfigurationValue = Annotated[str, Meta(max_length=500)]
SECRET_KEY = "authorizationkey"  # noqa: S105 -- the name of a key, not its value
HIDDEN = "***"


class _Payload(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A payload; unknown fields are refused."""


class RemoteStartTransaction(_Payload, frozen=True, kw_only=True):
    """§6.33."""

    id_tag: IdToken
    connector_id: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    charging_profile: dict[str, Any] | UnsetType = UNSET


class RemoteStopTransaction(_Payload, frozen=True, kw_only=True):
    """§6.35."""

    transaction_id: int


class ReserveNow(_Payload, frozen=True, kw_only=True):
    """§6.37."""

    connector_id: Annotated[int, Meta(ge=0)]
    expiry_date: Annotated[datetime, Meta(tz=True)]
    id_tag: IdToken
    reservation_id: int
    parent_id_tag: IdToken | UnsetType = UNSET


class CancelReservation(_Payload, frozen=True, kw_only=True):
    """§6.5."""

    reservation_id: int


class ChangeConfiguration(_Payload, frozen=True, kw_only=True):
    """§6.9."""

    key: ConfigurationKey
    value: ConfigurationValue


class GetConfiguration(_Payload, frozen=True, kw_only=True):
    """§6.23."""

    key: Annotated[list[ConfigurationKey], Meta(max_length=100)] | UnsetType = UNSET


ACTIONS: dict[str, type[_Payload]] = {
    kind.__name__: kind
    for kind in (
        RemoteStartTransaction,
        RemoteStopTransaction,
        ReserveNow,
        CancelReservation,
        ChangeConfiguration,
        GetConfiguration,
    )
}


def check_payload(action: str, payload: dict[str, Any]) -> None:
    """Raise ``Invalid`` unless ``action`` is one we send and ``payload`` has its shape."""
    kind = ACTIONS.get(action)
    if kind is None:
        raise Invalid("unknown_action", f"action must be one of {', '.join(sorted(ACTIONS))}.", field="action")
    try:
        msgspec.json.encode(payload)
        msgspec.convert(payload, kind)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise Invalid("invalid_payload", f"payload: {error}", field="payload") from error


def redacted(action: str, payload: dict[str, Any]) -> dict[str, Any]:
    """A payload as it may be stored and shown: passwords hidden."""
    if action == "ChangeConfiguration" and _is_secret(payload.get("key")):
        return {**payload, "value": HIDDEN}
    return payload


def redacted_response(response: dict[str, Any] | None) -> dict[str, Any] | None:
    """A charge point's answer as it may be stored and shown."""
    keys = None if response is None else response.get("configurationKey")
    if response is None or not isinstance(keys, list):
        return response
    hidden = [
        {**one, "value": HIDDEN} if isinstance(one, dict) and _is_secret(one.get("key")) and "value" in one else one
        for one in keys
    ]
    return {**response, "configurationKey": hidden}


def _is_secret(key: object) -> bool:
    return isinstance(key, str) and key.casefold() == SECRET_KEY
