"""The app factory: which resources there are, and what happens to every request."""

from collections.abc import Sequence

from flask_openapi3.openapi import OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix

from api import access, address, etag, headers, health, metrics, openapi, problems, request_log
from api.admin_log import admin_log
from api.auth import auth
from api.authentication import say_due
from api.authorizations import authorizations
from api.balance import balance
from api.bridge import bridge
from api.building import building
from api.chargepoint import chargepoint
from api.charger import charger
from api.charger_settings import charger_settings
from api.charging import charging
from api.codes import codes
from api.connector import connector
from api.csv_import import csv_import
from api.events import events
from api.export import export
from api.group import group
from api.history import history
from api.location import location
from api.measurements import measurements
from api.messages import messages
from api.notification import notification
from api.operations import operations
from api.pages import NO_PAGES, Pages
from api.payments import payments
from api.personal_data import personal_data
from api.queue import queue
from api.records import records
from api.report import report
from api.resource import Resource, operation_id
from api.route import Route
from api.schemas.problem import Problem
from api.session import session
from api.sessions import sessions
from api.station import station
from api.tag import tag
from api.token import token
from api.user import user
from api.wiring import EXTENSION
from services.context import Services

RESOURCES: tuple[Resource, ...] = (
    health.health, auth, user, personal_data, notification, group, balance, payments, tag, token, location, charger,
    charger_settings, charging, connector, station, session, sessions, measurements, building, history, export, queue,
    codes, chargepoint, records, authorizations, messages, operations, events, report, admin_log, bridge, csv_import,
)  # fmt: skip


def create_app(services: Services, resources: Sequence[Resource] = RESOURCES, pages: Pages = NO_PAGES) -> OpenAPI:
    """The WSGI app over ``services``, with the pages a room adds.

    Raises :class:`api.access.Unlisted` for a route without access rule.
    """
    app = OpenAPI(
        "api",
        info=openapi.INFO,
        security_schemes=openapi.SECURITY_SCHEMES,
        doc_ui=False,
        validation_error_model=Problem,
        operation_id_callback=operation_id,
        static_folder=None,
    )
    app.url_rule_class = Route
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = services
    app.extensions[health.EXTENSION] = health.Readiness()
    configuration = services.configuration
    if configuration.trusted_proxies:
        count = configuration.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    request_log.install(app, services.randomness)  # the first to see a request, the last to see its answer
    metrics.install(app, services.store)
    headers.install(app, configuration.cors_origins)
    address.install(app)
    access.install(app, pages.table)
    app.after_request(say_due)
    etag.install(app)
    problems.install(app)
    for resource in resources:
        app.register_api(resource)
    for blueprint in pages.blueprints:
        app.register_blueprint(blueprint)
    openapi.install(app)
    access.refuse_unlisted(app)
    return app
