"""Lists of users, cards and chargers as CSV: the columns of each, a row as it is checked, and what came of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Instant, Path, Reply
from api.schemas.charger import LINE, MAX_POWER_W
from model.account import UserType
from model.ids import MAX_ID_CHARS

Line = Annotated[str, StringConstraints(max_length=200, pattern=LINE)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARS)]
What = Literal["users", "tags", "chargers"]


class Row(BaseModel):
    """A row of a list: cells are text, an empty cell is as if its column were missing."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class UserRow(Row):
    """``users``: an account. Without a password there must be an e-mail address: the first one is set by a letter."""

    username: Id
    password: Annotated[str, StringConstraints(min_length=8, max_length=256)] | None = None
    name: Line = ""
    surname: Line = ""
    email: Annotated[str, StringConstraints(max_length=254)] = ""
    type: Literal[UserType.USER, UserType.ADMIN] = UserType.USER


class TagRow(Row):
    """``tags``: a card of a user who is there."""

    username: Id
    tag: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    label: Annotated[str, StringConstraints(max_length=100)] = ""
    expires_at: Instant | None = None


class ChargerRow(Row):
    """``chargers``: a charger of a location that is there, and the charge point behind it, if it has one."""

    location_id: Id
    charger_id: Id
    connector_type: Annotated[str, StringConstraints(max_length=64, pattern=LINE)] = ""
    max_power_w: Annotated[int, Field(ge=0, le=MAX_POWER_W)] = 0
    charge_point_id: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARS)] | None = None
    connector: Annotated[int, Field(ge=1, le=999)] = 1
    password: Annotated[str, StringConstraints(min_length=16, max_length=40)] | None = None


ROWS: dict[str, type[Row]] = {"users": UserRow, "tags": TagRow, "chargers": ChargerRow}


class ImportPath(Path):
    """Which list."""

    kind: What = Field(description="`users`, `tags` or `chargers`.")


class ImportBody(Body):
    """A list."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    csv: Annotated[str, StringConstraints(min_length=1, max_length=250_000)]
    """The first line names the columns; commas or semicolons between."""
    dry_run: bool = False
    """Only look whether each row can be read."""


class RowResult(Reply):
    """What came of a row."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    line: int
    """In the text, from 1."""
    name: str
    """Whom or what it is about."""
    outcome: Literal["made", "there_already", "refused", "readable"]
    detail: str
    """Why it was refused, in a sentence; else empty."""


class ImportReply(Reply):
    """What came of each row, in their order."""

    rows: list[RowResult]
    made: int
    refused: int
