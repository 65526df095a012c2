"""The catalogue of connector types, with what the chargers here have."""

from collections.abc import Iterable

from api.schemas.connector import Connector, ConnectorsReply
from model.charger import Charger
from model.connectors import CATALOGUE, ConnectorType


def connectors_reply(chargers: Iterable[Charger]) -> ConnectorsReply:
    """Every known type in the catalogue's order, then others that ``chargers`` have; letter case does not matter."""
    described = {one.connector_type: one for one in CATALOGUE}
    used: dict[str, list[Charger]] = {}
    for charger in chargers:
        if charger.connector_type:
            used.setdefault(charger.connector_type.casefold(), []).append(charger)
    names = [*described, *sorted(used.keys() - described.keys())]
    return ConnectorsReply(connectors=[_connector(described.get(name), used.get(name, [])) for name in names])


def _connector(described: ConnectorType | None, chargers: list[Charger]) -> Connector:
    own = {charger.max_power_w for charger in chargers if charger.max_power_w > 0}
    return Connector(
        connector_type=described.connector_type if described else chargers[0].connector_type,
        name=described.name if described else chargers[0].connector_type,
        current=described.current if described else None,
        phases=described.phases if described else None,
        powers_w=sorted(own | set(described.powers_w if described else ())),
        chargers=len(chargers),
    )
