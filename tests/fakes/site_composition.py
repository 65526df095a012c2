"""What `main.py` does for sites, with fakes."""

from dataclasses import replace

from services.context import Services
from services.site_services import site_services


def with_sites(services: Services) -> Services:
    """The same services, and those of sites over them."""
    sites = site_services(services.store, services.clock, services.randomness, services.bus)
    return replace(services, sites=sites, standing=sites.standing)
