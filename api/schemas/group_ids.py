"""Names of groups where chargers and locations say who may use them."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from model.errors import Invalid
from model.ids import MAX_ID_CHARS, check_place_id, fold

MOST_GROUPS = 20


def _folded(group_id: str) -> str:
    try:
        return fold(check_place_id(group_id, "group_id"))
    except Invalid as error:
        raise ValueError(error.message) from error


def _once_each(group_ids: list[str]) -> list[str]:
    return sorted(set(group_ids))


GroupIds = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARS), AfterValidator(_folded)]],
    Field(max_length=MOST_GROUPS),
    AfterValidator(_once_each),
]
"""Ids of groups, folded, each once."""
