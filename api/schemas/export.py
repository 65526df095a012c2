"""Exports as they travel."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Bound, Path, Query, Reply
from model.export import ExportStatus, Format, What
from model.ids import MAX_ID_CHARS

PlaceId = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARS)]
SessionName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class FilePath(Path):
    """Which rows, as which kind of file."""

    what: What = Field(description="Which rows.")
    format: Format = Field(description="Which kind of file.")


class FileQuery(Query):
    """Which of them."""

    location: PlaceId | None = Field(default=None, description="Only of this location.")
    charger: PlaceId | None = Field(default=None, description="Only of this charger of `location`.")
    session: SessionName | None = Field(
        default=None, description="For measurements: `location:charger:number`; then no period is needed."
    )
    from_: Bound | None = Field(
        default=None, alias="from", description="ISO 8601 instant with zone; left out: 31 days before `until`."
    )
    until: Bound | None = Field(
        default=None, description="ISO 8601 instant with zone, not included; at most 366 days later; left out: now."
    )
    unplugged: bool = Field(default=False, description="With offers and reservations that led to nothing.")


class ExportBody(Body):
    """What is to be exported in the background."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    what: Annotated[What, Field(strict=False)]
    format: Annotated[Format, Field(strict=False)]
    location: PlaceId | None = None
    charger: PlaceId | None = None
    session: SessionName | None = None
    """For measurements: `location:charger:number`; then no period is needed."""
    from_: Annotated[Bound | None, Field(alias="from", strict=False)] = None
    until: Annotated[Bound | None, Field(strict=False)] = None
    unplugged: bool = False


class Export(Reply):
    """An export in the background."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    export_id: str
    what: What
    format: Format
    status: ExportStatus
    percent: int
    parts: int
    """Of the finished file; one after the other they are the file."""
    size_bytes: int
    problem: str
    """Why it failed: a code; empty: it did not."""
    created_at: str
    expires_at: str
    """Until then it is kept."""


class ExportReply(Reply):
    """How far an export is."""

    export: Export


class ExportPath(Path):
    """An export's address."""

    export_id: Annotated[str, StringConstraints(max_length=100)]


class PartPath(ExportPath):
    """A part's address."""

    part: int = Field(ge=1, le=10_000, description="From 1 to `parts`.")
