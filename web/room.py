"""The room as `main.py` puts it beside the API."""

from api.pages import Pages
from web.access import TABLE
from web.dashboard.building import building
from web.dashboard.channels import channels
from web.dashboard.chargepoints import chargepoints
from web.dashboard.charger import charger
from web.dashboard.cost import cost
from web.dashboard.home import home
from web.dashboard.lists import lists
from web.dashboard.location import location
from web.dashboard.log import log
from web.dashboard.report import report
from web.dashboard.sessions import sessions
from web.dashboard.sheet import sheet
from web.dashboard.users import users
from web.demo import demo
from web.driver.live import live
from web.driver.pages import driver
from web.files import files
from web.session import session

_DASHBOARD = (
    home, location, building, channels, charger, sessions, log, sheet, chargepoints, users, lists, report, cost,
)  # fmt: skip
PAGES = Pages(blueprints=(files, session, demo, driver, live, *_DASHBOARD), table=TABLE)
