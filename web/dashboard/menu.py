"""The dashboard's pages as its menu names them."""

MENU: tuple[tuple[str, str, str], ...] = (("home", "/dashboard/", "Locations"),)
"""(the page's name, its address, its label)"""
