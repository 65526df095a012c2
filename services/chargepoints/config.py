"""Services: the copy of charge points, tags and holds that a bridge keeps for when we do not answer."""

from wire.questions import BridgeConfig


class BridgeConfigs:
    """Answers ``GET bridge/config``."""

    def config(self, bridge_id: str, since: str = "") -> BridgeConfig:
        """Everything, or what changed since the cursor of an earlier answer."""
        raise NotImplementedError
