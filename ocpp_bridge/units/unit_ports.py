"""What every unit is given of the bridge."""

from dataclasses import dataclass

from ocpp_bridge.back_end.buildings import Buildings
from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.clock import Clock
from ocpp_bridge.commands.desk import CommandDesk
from ocpp_bridge.sockets.link import LinkPorts
from ocpp_bridge.sockets.links import Links
from ocpp_bridge.spool.disk import Disk


@dataclass(frozen=True, slots=True)
class UnitPorts:
    """``link`` is what charge points' sockets work with, too. ``start_wait_s``: until a start has come to nothing."""

    link: LinkPorts
    links: Links
    desk: CommandDesk
    copy: LocalCopy
    disk: Disk
    clock: Clock
    buildings: Buildings
    start_wait_s: float = 120.0
