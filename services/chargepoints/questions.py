"""Services: what bridges ask before they let somebody charge."""

from wire.questions import AuthorizeReply


class Questions:
    """Answers questions."""

    def authorize(self, charge_point_id: str, tag: str, connector: int | None = None) -> AuthorizeReply:
        """OCPP's verdict on a tag at a connector, or at any of the charge point. ``NotFound`` for an unknown charge point."""
        raise NotImplementedError
