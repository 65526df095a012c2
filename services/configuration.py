"""What a deployment sets: every ``KILOWAIT_…`` variable, its default and its meaning, in one dataclass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from services import variable_values as values
from services.variable_values import BadConfiguration

__all__ = ["OTHERS", "PREFIX", "BadConfiguration", "Configuration", "from_environment"]

PREFIX = "KILOWAIT_"
OTHERS = frozenset({"KILOWAIT_ADMIN_PASSWORD"})
"""Variables read elsewhere, by one command."""


def _setting(variable: str, default: Any, parse: Callable[[str, str], Any], meaning: str, shown: str = "") -> Any:
    text = shown or str(default)
    return field(
        default=default,
        metadata={"variable": PREFIX + variable, "parse": parse, "meaning": meaning, "default": text},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings of one deployment; a location's own are `model/settings.py`."""

    store: str = _setting(
        "STORE",
        "sqlite:///kilowait.db",
        values.text,
        "Where documents live: `sqlite:///relative.db`, `sqlite:////absolute.db`, `firestore:PROJECT`, `memory:`.",
    )
    bus: str = _setting("BUS", "local", values.bus, "How commands reach the bridge: `local` or `pubsub:PROJECT`.")
    bridge_url: str = _setting(
        "BRIDGE_URL", "http://127.0.0.1:9001", values.url, "The bridge's control port, when the bus is `local`."
    )
    control_secret: str = field(
        default="",
        repr=False,
        metadata={
            "variable": PREFIX + "CONTROL_SECRET",
            "parse": values.secret,
            "meaning": "Shared with the bridge: opens its control port. 16 characters or more.",
            "default": "unset: no commands are sent",
        },
    )
    authority_certificate: str = _setting(
        "AUTHORITY_CERT",
        "",
        values.text,
        "The certificate of the deployment's own authority (`flask --app main create-authority` makes one): a file, the"
        " PEM itself or `secret:projects/P/secrets/NAME`. It signs charge points' certificates (SignCertificate).",
        "unset: none is signed",
    )
    authority_key: str = field(
        default="",
        repr=False,
        metadata={
            "variable": PREFIX + "AUTHORITY_KEY",
            "parse": values.text,
            "meaning": "The authority's private key, in one of the same ways; goes with `KILOWAIT_AUTHORITY_CERT`.",
            "default": "unset",
        },
    )
    registration_open: bool = _setting(
        "REGISTRATION",
        True,
        values.open_or_closed,
        "Whether people may register themselves: `open` or `closed`.",
        "open",
    )
    public_url: str = _setting(
        "PUBLIC_URL", "http://127.0.0.1:8000", values.url, "The API's address as people see it, for links in letters."
    )
    notifier: str = _setting(
        "NOTIFIER",
        "log",
        values.notifier,
        "Where messages to drivers and managers go ([how](notifications.md)): one or more, parted by commas, of `log`,"
        " `file:PATH` (one a line), `fcm:PROJECT` (Firebase Cloud Messaging, with the credentials"
        " `GOOGLE_APPLICATION_CREDENTIALS` names or the machine has), `webpush` (browsers), `mail`, and `webhook`"
        " (the managers' own channels, Slack and Teams too).",
    )
    vapid_key: str = field(
        default="var/vapid.pem",
        repr=False,
        metadata={
            "variable": PREFIX + "VAPID_KEY",
            "parse": values.text,
            "meaning": "Who this deployment is to the push services of browsers: a file,"
            " `secret:projects/P/secrets/NAME` or the private key in PEM itself (`flask --app main create-vapid-keys`"
            " makes one). On one machine a file that is missing is made. With another key every browser must subscribe"
            " anew.",
            "default": "var/vapid.pem",
        },
    )
    vapid_subject: str = _setting(
        "VAPID_SUBJECT",
        "",
        values.subject,
        "Whom push services may write to about us: `mailto:…` or an `https://` page.",
        "the public address, else the sender of letters",
    )
    manager_channels: str = field(
        default="",
        repr=False,
        metadata={
            "variable": PREFIX + "MANAGER_CHANNELS",
            "parse": values.text,
            "meaning": "Where managers are told together ([how](notifications.md)): a file,"
            " `secret:projects/P/secrets/NAME` or the lines themselves, parted by `;`:"
            " `LOCATION|* webhook|slack|teams ADDRESS [SECRET]`.",
            "default": "unset: nowhere",
        },
    )
    private_hosts: tuple[str, ...] = _setting(
        "PRIVATE_HOSTS",
        (),
        values.private_hosts,
        "Hosts (`host` or `host:port`, parted by commas) to which messages may go although their addresses are private,"
        " and without TLS: a chat of one's own. All other private addresses are refused.",
        "none",
    )
    mail: str = _setting(
        "MAIL",
        "folder",
        values.mail,
        "How letters leave: `folder`, `console`, or a server: `smtp://user@host:587` (STARTTLS), `smtps://user@host:465`"
        " (TLS), `smtp+plain://host:25` (neither).",
    )
    mail_password: str = field(
        default="",
        repr=False,
        metadata={
            "variable": PREFIX + "MAIL_PASSWORD",
            "parse": values.text,
            "meaning": "The password at that server: itself, or `secret:projects/P/secrets/NAME`.",
            "default": "unset",
        },
    )
    mail_ca: str = _setting(
        "MAIL_CA",
        "",
        values.text,
        "A file with the certificate authority that signed the mail server's certificate, in PEM.",
        "unset: those the system trusts",
    )
    mail_dir: str = _setting("MAIL_DIR", "var/mail", values.text, "The folder letters are written to, as `.eml` files.")
    mail_from: str = _setting("MAIL_FROM", "kilowait@localhost", values.text, "The sender of letters.")
    cors_origins: tuple[str, ...] = _setting(
        "CORS_ORIGINS",
        (),
        values.urls,
        "Origins, separated by commas, whose pages may call the API from a browser.",
        "none",
    )
    trusted_proxies: int = _setting(
        "TRUSTED_PROXIES",
        0,
        values.count,
        "How many proxies in front are ours: so many entries of `X-Forwarded-For` are believed.",
    )
    address_header: str = _setting(
        "ADDRESS_HEADER",
        "",
        values.text,
        "A header in which the platform itself tells the caller's address, such as `X-Appengine-User-IP`. Only one that"
        " the platform takes off what comes from outside.",
        "none",
    )
    currency: str = _setting(
        "CURRENCY", "EUR", values.currency, "The currency of balances, ISO 4217; a location's own prices name theirs."
    )
    starting_credit: int = _setting(
        "STARTING_CREDIT",
        0,
        values.minor_units,
        "What a new account has on its balance, in minor units of the currency.",
    )
    payments: str = _setting(
        "PAYMENTS",
        "none",
        values.payments,
        "Who takes payments for top-ups: `none`, or `trial`, which takes no money (for trying out and tests).",
    )
    payment_secret: str = field(
        default="",
        repr=False,
        metadata={
            "variable": PREFIX + "PAYMENT_SECRET",
            "parse": values.secret,
            "meaning": "Shared with the payment provider, which signs what it reports. 16 characters or more.",
            "default": "unset",
        },
    )
    publish: str = _setting(
        "PUBLISH",
        "",
        values.publish,
        "Which outside system is told of states, sessions and samples ([how](mqtt.md)): an MQTT 5 broker, such as"
        " `mqtt://host:1883/prefix` or `mqtts://user@host:8883/prefix` (TLS), or the topic of `pubsub:PROJECT`.",
        "unset: none",
    )
    publish_password: str = field(
        default="",
        repr=False,
        metadata={
            "variable": PREFIX + "PUBLISH_PASSWORD",
            "parse": values.text,
            "meaning": "The password at that broker: itself, or `secret:projects/P/secrets/NAME`.",
            "default": "unset",
        },
    )
    publish_ca: str = _setting(
        "PUBLISH_CA",
        "",
        values.text,
        "A file with the certificate authority that signed the broker's certificate, in PEM.",
        "unset: those the system trusts",
    )
    publish_client_id: str = _setting(
        "PUBLISH_CLIENT_ID", "kilowait", values.client_id, "Who this deployment is at the broker; no other client's."
    )
    demo: str = _setting(
        "DEMO",
        "",
        values.url,
        "The simulator's address, where a demo runs beside the API (`make run` sets it): pages then offer to log in as"
        " one of the demo's people without a password, and to plug in a simulated car. Never where real people charge.",
        "unset: no demo",
    )
    tiles: str = _setting(
        "TILES",
        "",
        values.tiles,
        "Where the pages' maps take their pictures, such as `https://HOST/{z}/{x}/{y}.png`. Whoever serves them sees"
        " your drivers' addresses.",
        "unset: a site plan without pictures",
    )
    log_level: str = _setting("LOG_LEVEL", "info", values.level, "The least level logged: debug, info, warning, error.")

    @property
    def tiles_origin(self) -> str:
        """Scheme and host of ``tiles``; empty where there are none."""
        parts = urlsplit(self.tiles)
        return f"{parts.scheme}://{parts.netloc}" if self.tiles else ""


def from_environment(environment: Mapping[str, str]) -> Configuration:
    """The configuration an environment describes. Raises :class:`BadConfiguration`, one line."""
    known = {each.metadata["variable"]: each for each in fields(Configuration)}
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    if unknown := sorted(given.keys() - known.keys() - OTHERS):
        raise BadConfiguration(f"{unknown[0]} is no variable Kilowait knows (docs/configuration.md lists them).")
    configuration = Configuration(
        **{each.name: each.metadata["parse"](name, given[name]) for name, each in known.items() if name in given}
    )
    if bool(configuration.authority_certificate) is not bool(configuration.authority_key):
        raise BadConfiguration("KILOWAIT_AUTHORITY_CERT and KILOWAIT_AUTHORITY_KEY go together: set both or neither.")
    if "webhook" in values.ways_of(configuration.notifier) and not configuration.manager_channels:
        raise BadConfiguration("KILOWAIT_NOTIFIER has webhook, so KILOWAIT_MANAGER_CHANNELS must say where.")
    if configuration.demo and {"GAE_ENV", "K_SERVICE"} & environment.keys():
        raise BadConfiguration("KILOWAIT_DEMO opens accounts without a password: it is not for the cloud.")
    if configuration.payments != "none" and not configuration.payment_secret:
        raise BadConfiguration("KILOWAIT_PAYMENTS needs KILOWAIT_PAYMENT_SECRET, which the provider signs with.")
    return configuration
