"""Deployment: **the** list: services, accounts with their rights, topics, jobs, functions and secrets, and why each is
there. `docs/deploy-plan.md` shows what becomes of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wire.topics import ACK_DEADLINE_S, DECISIONS, commands_topic

APIS: Final = (
    "appengine",
    "artifactregistry",
    "cloudbuild",
    "cloudfunctions",
    "cloudscheduler",
    "compute",
    "eventarc",
    "fcm",
    "firebaserules",
    "firestore",
    "iam",
    "logging",
    "pubsub",
    "run",
    "secretmanager",
)


@dataclass(frozen=True, slots=True)
class Account:
    """A service account and its rights on the whole project; rights on single things are `PUBLISHERS` and the like."""

    name: str
    why: str
    roles: tuple[str, ...]


API: Final = Account(
    "kilowait-api",
    "what the API acts as",
    # The last two are what App Engine needs to build a version that runs under an account of its own.
    ("datastore.user", "logging.logWriter", "artifactregistry.writer"),
)
JOBS: Final = Account(
    "kilowait-jobs",
    "what the functions act as: the only ones that send messages to phones",
    ("datastore.user", "firebasecloudmessaging.admin", "logging.logWriter"),
)
EVENTS: Final = Account("kilowait-events", "brings messages to the functions and may do nothing else", ())
BUILD: Final = Account(
    "kilowait-build",
    "tests, builds and deploys; used by Cloud Build only",
    (
        "cloudbuild.builds.builder",
        "appengine.deployer",
        "appengine.serviceAdmin",
        "cloudfunctions.developer",
        "datastore.indexAdmin",
        "compute.viewer",  # to see that a machine has stopped; it may stop bridges only
    ),
)
ACCOUNTS: Final = (API, JOBS, EVENTS, BUILD)
PUBLISHERS: Final = (API, JOBS)
"""Who may publish decisions and commands."""


def bridge_account(bridge_id: str) -> Account:
    """Each bridge is its own account, so that one machine broken into reads one subscription and three secrets."""
    return Account(f"bridge-{bridge_id}", f"what the bridge {bridge_id} acts as", ("logging.logWriter",))


@dataclass(frozen=True, slots=True)
class Function:
    """A function of `main.py`, called with each message of its topic."""

    entry_point: str
    topic: str
    why: str
    timeout_s: int
    most_instances: int

    @property
    def name(self) -> str:
        return self.entry_point.replace("_", "-")


MEMORY: Final = "512Mi"  # the clients of Firestore, Pub/Sub and FCM take about 200 MiB together
TICK: Final = Function(
    "tick", "tick", "each minute: sites that are due, silent units, effects left behind", 120, 3
)  # fmt: skip
SWEEP_OUTBOX: Final = Function(
    "sweep_outbox", DECISIONS, "after each decision: messages to drivers, commands to bridges", 120, 20
)  # fmt: skip
RESET_QUEUES: Final = Function(
    "reset_queues", "reset-queues", "local midnights, should a tick have been lost", 540, 1
)  # fmt: skip
REFRESH_TOKENS: Final = Function(
    "refresh_tokens", "refresh-tokens", "removes tokens and records past their time", 540, 1
)  # fmt: skip
CHECK_BOOKS: Final = Function(
    "check_books", REFRESH_TOKENS.topic, "each night: whether ledgers, sessions, payments add up; refunds again", 540, 1
)  # fmt: skip
SUMMARISE: Final = Function(
    "summarise", REFRESH_TOKENS.topic, "each hour: the summaries that reports are read from", 540, 1
)  # fmt: skip
FUNCTIONS: Final = (TICK, SWEEP_OUTBOX, RESET_QUEUES, REFRESH_TOKENS, CHECK_BOOKS, SUMMARISE)
PUBLISHING: Final = (
    # One instance each: what is told of a location is in order.
    Function("publish", DECISIONS, "after each decision: outside systems are told what is new", 120, 1),
    Function("publish_all", RESET_QUEUES.topic, "what no decision's message told of: samples, quiet changes", 540, 1),
)
"""Only where an outside system is told: else each decision would call one for nothing."""
PUBLISH: Final = "KILOWAIT_PUBLISH"


def functions(settings: Mapping[str, str]) -> tuple[Function, ...]:
    """Those of a deployment with these ``KILOWAIT_…`` settings."""
    return FUNCTIONS + (PUBLISHING if settings.get(PUBLISH) else ())


@dataclass(frozen=True, slots=True)
class Job:
    """A job of Cloud Scheduler: an empty message on a topic. Google's own agent publishes it, no account of ours."""

    topic: str
    schedule: str
    why: str


JOBS_BY_TIME: Final = (
    # Three are free for each billing account. The outbox needs none: decisions call it, the tick takes what is left.
    Job("tick", "* * * * *", "a lost timer costs a minute"),
    Job("reset-queues", "*/15 * * * *", "every time zone's midnight is a quarter of an hour of UTC"),
    Job("refresh-tokens", "17 * * * *", "hourly, off the full hour"),
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of one bridge. ``made``: `here` from chance, `later` by the operator (docs/deploy.md says how)."""

    name: str
    why: str
    made: str


def secrets_of(bridge_id: str) -> tuple[Secret, ...]:
    """What the bridge's machine fetches when it starts; nobody else may read it."""
    return (
        Secret(f"bridge-{bridge_id}-control", "opens the bridge's control port, on its own machine only", "here"),
        Secret(f"bridge-{bridge_id}-token", "how the bridge signs in at the API", "later"),
        Secret(f"bridge-{bridge_id}-tls", "its certificate chain and key, in one PEM file", "later"),
    )


def topics(bridge_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Every topic there is."""
    return (*dict.fromkeys(each.topic for each in FUNCTIONS), *(commands_topic(each) for each in bridge_ids))


SUBSCRIPTION_FLAGS: Final = (
    f"--ack-deadline={ACK_DEADLINE_S}",
    "--enable-message-ordering",  # a release must not overtake its hold
    "--expiration-period=never",  # by default Pub/Sub deletes one that nobody read for 31 days
    "--message-retention-duration=10m",  # Pub/Sub's least; older commands have expired
)
