"""Services: whether a charger can be started and stopped from afar at all, as its unit said when it booted."""

from typing import Literal

from model import paths
from model.charge_point import ChargePoint
from model.charger import Enforcement
from model.documents import from_document
from model.errors import Conflict
from model.ids import fold
from model.site import Site
from model.store.port import Reads

_INSTEAD = {
    "start": "Plug in: that starts it, and answers an offer, too.",
    "stop": "Stop at the car, or pull the plug.",
}


def check_command(reads: Reads, site: Site, charger_id: str, command: Literal["start", "stop"]) -> None:
    """Raise ``Conflict`` ``not_supported`` where the unit has no means for it.

    1 read, of ``presumed`` chargers only: what can be started and stopped can be refused, and is enforced otherwise.
    """
    charger = site.chargers.get(fold(charger_id))
    if charger is None or not charger.charge_point_id or charger.enforcement is not Enforcement.PRESUMED:
        return
    document = reads.get(paths.charge_point(charger.charge_point_id))
    commands = None if document is None else from_document(ChargePoint, document.data).commands
    if commands is not None and command not in commands:
        what = "started" if command == "start" else "stopped"
        raise Conflict("not_supported", f"Charger {charger.charger_id} cannot be {what} from afar. {_INSTEAD[command]}")
