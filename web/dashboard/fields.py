"""The fields of a form, made from the API's own shapes: what can be sent can be filled in, its meaning beside it."""

import enum
import json
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_PRICES = {"price": "per kWh", "idle_price": "per minute"}
_PER_UNIT = 100_000
"""Prices are thousandths of a minor unit, and people write whole units with two decimals."""
_TARIFFS = '[{"days": ["sat", "sun"], "start": "08:00", "end": "24:00", "price": 25000}]'
_LONG = frozenset({"description", "notes", "address"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``kind`` says how the page reads it (`form.js`)."""

    name: str
    label: str
    kind: str
    """``text``, ``long``, ``number``, ``whole``, ``price``, ``yes``, ``choice``, ``hours``, ``list``, ``json``."""
    value: str
    meaning: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    unit: str = ""


def fields_of(
    shape: type[BaseModel], values: Mapping[str, Any], *, prefix: str = "", only: Sequence[str] = ()
) -> list[Field]:
    """A field for each of the shape's own; ``values`` as JSON has them, else the shape's default."""
    names = only or tuple(shape.model_fields)
    return [_field(name, shape.model_fields[name], values, prefix) for name in names]


def _field(name: str, info: FieldInfo, values: Mapping[str, Any], prefix: str) -> Field:
    value = values.get(name, info.get_default(call_default_factory=True))
    kind, choices = _kind(name, info)
    least, most = _bounds(info)
    return Field(
        name=prefix + name,
        label=_label(name),
        kind=kind,
        value=_shown(kind, value),
        meaning=_meaning(kind, info),
        choices=choices,
        least=least,
        most=most,
        unit=_unit(name),
    )


def _kind(name: str, info: FieldInfo) -> tuple[str, tuple[str, ...]]:
    kinds = [each for each in (typing.get_args(info.annotation) or (info.annotation,)) if each is not type(None)]
    plain = kinds[0]
    while typing.get_origin(plain) is typing.Annotated:
        plain = typing.get_args(plain)[0]
    if name == "queue_hours":
        return "hours", ()
    if name in _PRICES:
        return "price", ()
    if name == "groups":
        return "list", ()
    if isinstance(plain, type) and issubclass(plain, enum.Enum):
        return "choice", tuple(str(each.value) for each in plain)
    if typing.get_origin(plain) is typing.Literal:
        return "choice", tuple(str(each) for each in typing.get_args(plain))
    named = {bool: "yes", int: "whole", float: "number", str: "long" if name in _LONG else "text"}
    annotation = info.annotation if info.annotation in named else plain
    return named.get(typing.cast("type", annotation), "json"), ()


def _meaning(kind: str, info: FieldInfo) -> str:
    said = (info.description or "").replace("\n", " ").replace("`", "")
    if kind == "json":
        return f"{said} Such as {_TARIFFS}: 0.25 per kWh."
    if kind == "price":  # The page shows it in whole units.
        _, _, rest = said.partition("; ")
        return "In the location's currency, such as 0.35" + (f"; empty: {rest.removeprefix('null: ')}" if rest else ".")
    return said


def _bounds(info: FieldInfo) -> tuple[float | None, float | None]:
    found: dict[str, float] = {}
    for each in info.metadata:
        for said in ("ge", "le"):
            if (bound := getattr(each, said, None)) is not None:
                found[said] = bound
    return found.get("ge"), found.get("le")


def _label(name: str) -> str:
    words = name.removesuffix("_s").removesuffix("_m").removesuffix("_w").replace("_", " ")
    return words[0].upper() + words[1:]


def _unit(name: str) -> str:
    if name in _PRICES:
        return _PRICES[name]
    return {"_s": "s", "_m": "m", "_w": "W"}.get(name[-2:], "")


def _shown(kind: str, value: Any) -> str:
    match kind:
        case "yes":
            return "on" if value else ""
        case "hours":
            return json.dumps(value or {})
        case "price":
            return "" if value is None else f"{value / _PER_UNIT:.5f}".rstrip("0").rstrip(".")
        case "list":
            return ", ".join(value or ())
        case "json":
            return "" if value in ({}, [], None) else json.dumps(value)
        case _:
            return "" if value is None else str(getattr(value, "value", value))
