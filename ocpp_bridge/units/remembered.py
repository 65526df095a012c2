"""What is remembered of one unit: its connectors, and its driver's own texts. What changed waits for a commit."""

import structlog

from ocpp_bridge.units.kept import Kept
from wire.codec import BadMessage, decode, encode

log = structlog.get_logger()
CONNECTOR, DRIVER = "connector/", "driver/"


class Remembered:
    """To a driver it is a `units.driver.Memory`."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self._changed: dict[str, str] = {}

    def kept(self, connector: int) -> Kept:
        """A connector's, or that of one nothing is known of."""
        text = self._texts.get(f"{CONNECTOR}{connector}", "")
        try:
            return decode(Kept, text) if text else Kept()
        except BadMessage as error:
            log.warning("what was remembered of a connector cannot be read", connector=connector, error=str(error))
            return Kept()

    def keep(self, connector: int, kept: Kept) -> None:
        self._set(f"{CONNECTOR}{connector}", encode(kept).decode())

    def get(self, name: str) -> str:
        return self._texts.get(f"{DRIVER}{name}", "")

    def put(self, name: str, text: str) -> None:
        self._set(f"{DRIVER}{name}", text)

    def changes(self) -> dict[str, str]:
        """What is to be written, once."""
        changed, self._changed = self._changed, {}
        return changed

    def _set(self, name: str, text: str) -> None:
        if self._texts.get(name, "") != text:
            self._texts[name] = self._changed[name] = text
