"""The dashboard's pages as its menu names them."""

MENU: tuple[tuple[str, str, str], ...] = (("home", "/dashboard/", "Locations"),)
"""(the page's name, its address, its label)"""

LOCATION_TABS: tuple[tuple[str, str, str], ...] = ()
"""The same for the pages of one location, below its address; the first two are `now` and `settings`."""
