"""Where a charger's QR code leads: the drivers' app, at this charger."""

from api.schemas.codes import path_of
from model.charger import Charger
from model.site import Site
from services.context import Services

LOCAL = "http://127.0.0.1:8000"
"""The public address nobody set."""


def link_of(services: Services, site: Site, charger: Charger, here: str, code: str = "") -> str:
    """The link; under the deployment's public address, or where none was set under the one this page came from.

    ``code`` proves that who scans it is there.
    """
    public = services.configuration.public_url
    root = (here if public == LOCAL else public).rstrip("/")
    return root + path_of(site.location_id, charger.charger_id, code)
