"""A route that is quick to make: nobody asks the API for an address, so what builds them is made when somebody does."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Address = tuple[str, str]


class Route(Rule):
    """As Werkzeug's, which compiles two functions for each route at once: most of the time it takes to make an app."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Address]:  # noqa: FBT001, FBT002 -- its signature
        made: list[Callable[..., Address]] = []

        def build(rule: Rule, **values: Any) -> Address:
            if not made:
                made.append(Rule._compile_builder(self, append_unknown))  # noqa: SLF001 -- what is put off
            return made[0](rule, **values)

        return build
