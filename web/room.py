"""The room as `main.py` puts it beside the API."""

from api.pages import Pages
from web.access import TABLE
from web.dashboard.charger import charger
from web.dashboard.home import home
from web.dashboard.location import location
from web.driver.pages import driver
from web.files import files
from web.session import session

PAGES = Pages(blueprints=(files, session, driver, home, location, charger), table=TABLE)
