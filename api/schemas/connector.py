"""The catalogue of connector types as it travels."""

from pydantic import ConfigDict

from api.schemas.base import Reply
from model.connectors import Current


class Connector(Reply):
    """A connector type and the powers it comes with."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    connector_type: str
    """What a charger's `connector_type` says."""
    name: str
    current: Current | None
    """Null: of a type that is not in the catalogue, and that a charger has."""
    phases: int | None
    """0: direct current."""
    powers_w: list[int]
    """The usual ones and those of the chargers here, smallest first."""
    chargers: int
    """How many chargers here have it."""


class ConnectorsReply(Reply):
    """All connector types."""

    connectors: list[Connector]
