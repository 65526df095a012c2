"""What a room of pages adds to the API's app: its blueprints, and who may open them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint

from api.access import Entry


@dataclass(frozen=True, slots=True)
class Pages:
    """``table``: as `api.access.TABLE`, for the routes of ``blueprints``."""

    blueprints: tuple[Blueprint, ...] = ()
    table: Mapping[tuple[str, str], Entry] = field(default_factory=dict)


NO_PAGES = Pages()
