"""Services: whether a charger can be set to what is asked, as far as its driver told."""

from collections.abc import Mapping
from typing import Any

from model.charger_settings import SettingSupport
from model.errors import Conflict, Invalid


def check_values(asked: Mapping[str, Any], supported: Mapping[str, SettingSupport] | None) -> None:
    """Raise ``Conflict`` ``not_supported`` or ``Invalid`` ``invalid_setting``, naming the first that cannot be.

    ``supported`` None: nobody knows yet, and the driver will judge.
    """
    if not asked:
        raise Invalid("no_settings", "Give at least one setting.")
    for name, value in asked.items() if supported is not None else ():
        assert supported is not None  # noqa: S101 -- or there is nothing to look at
        support = supported.get(name)
        if support is None:
            raise not_supported([name])
        if not support.writable:
            raise Conflict("not_supported", f"This charger tells {name}, but it cannot be set.", field=name)
        _check(name, value, support)


def not_supported(names: list[str]) -> Conflict:
    """The refusal of settings a charger has not."""
    return Conflict("not_supported", f"This charger does not support {', '.join(names)}.", field=names[0])


def _check(name: str, value: Any, support: SettingSupport) -> None:
    given = value if isinstance(value, list | tuple) else (value,)
    if support.choices and not set(given) <= set(support.choices):
        allowed = ", ".join(str(each) for each in support.choices)
        raise Invalid("invalid_setting", f"{name} must be out of {allowed} at this charger.", field=name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return
    if support.least is not None and value < support.least:
        raise Invalid("invalid_setting", f"{name} must be at least {support.least:g} at this charger.", field=name)
    if support.most is not None and value > support.most:
        raise Invalid("invalid_setting", f"{name} must be at most {support.most:g} at this charger.", field=name)
