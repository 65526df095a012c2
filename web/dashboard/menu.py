"""The dashboard's pages as its menu names them: (the page's name, its address, its label)."""

MENU: tuple[tuple[str, str, str], ...] = (
    ("home", "/dashboard/", "Locations"),
    ("chargepoints", "/dashboard/chargepoints", "Charge points"),
    ("users", "/dashboard/users", "Users"),
    ("import", "/dashboard/import", "Import"),
    ("report", "/dashboard/report", "Year"),
    ("actions", "/dashboard/actions", "Admin log"),
    ("cost", "/dashboard/cost", "Cost"),
)
LOCATION_TABS: tuple[tuple[str, str, str], ...] = (
    ("now", "", "Now"),
    ("sessions", "/sessions", "Sessions"),
    ("figures", "/figures", "Figures"),
    ("log", "/log", "Log"),
    ("film", "/film", "Replay"),
    ("sheet", "/sheet", "QR codes"),
    ("settings", "/settings", "Settings"),
)
"""Of one location, below its address."""
