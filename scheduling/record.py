"""Inputs, effects and people as JSON-able values and back: what a decision record stores and a replay reads."""

from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from scheduling import effects as effect_kinds
from scheduling.effects import Effect
from scheduling.inputs import Input, Report, Request

_INPUTS: dict[str, type] = {kind.__name__: kind for kind in (*get_args(Request), *get_args(Report))}
_EFFECTS: dict[str, type] = {kind.__name__: kind for kind in get_args(effect_kinds.Effect)}


def to_plain(noun: Input | Effect) -> dict[str, Any]:
    """An input or effect as JSON-able values with its ``kind``."""
    return {"kind": type(noun).__name__, **msgspec.to_builtins(noun)}


def input_from_plain(plain: dict[str, Any]) -> Input:
    """The input that :func:`to_plain` wrote. Raises ``ValueError`` for an unknown kind."""
    found: Input = _convert(plain, _INPUTS)
    return found


def effect_from_plain(plain: dict[str, Any]) -> Effect:
    """The effect that :func:`to_plain` wrote. Raises ``ValueError`` for an unknown kind."""
    found: Effect = _convert(plain, _EFFECTS)
    return found


def inputs_from_plain(plain: Iterable[dict[str, Any]]) -> tuple[Input, ...]:
    """Inputs in their order."""
    return tuple(input_from_plain(one) for one in plain)


def _convert(plain: dict[str, Any], kinds: dict[str, type]) -> Any:
    kind = kinds.get(str(plain.get("kind")))
    if kind is None:
        raise ValueError(f"unknown kind {plain.get('kind')!r}")
    return msgspec.convert({name: value for name, value in plain.items() if name != "kind"}, kind)
