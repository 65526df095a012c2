"""List prices and free quotas, as remembered on one day: check them before you rely on them.

US dollars, region us-central1 (Iowa); other regions cost up to twice as much. The page prints this table.
"""

from dataclasses import dataclass

AS_OF = "2026-03"
REGION = "us-central1"
DAYS = 30
HOURS = 730
GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """``dollars`` for ``per`` units beyond ``free`` units, which are given anew each ``free_each``."""

    product: str
    what: str
    dollars: float
    per: float
    free: float
    free_each: str
    page: str


_FIRESTORE = "cloud.google.com/firestore/pricing"
_RUN = "cloud.google.com/run/pricing"
_VM = "cloud.google.com/compute/vm-instance-pricing"
_APP = "cloud.google.com/appengine/pricing"
_NET = "cloud.google.com/vpc/network-pricing"

PRICES = {
    "reads": Price(product="Firestore", what="documents read", dollars=0.03, per=100_000, free=50_000,
                   free_each="day", page=_FIRESTORE),
    "writes": Price(product="Firestore", what="documents written", dollars=0.09, per=100_000, free=20_000,
                    free_each="day", page=_FIRESTORE),
    "deletes": Price(product="Firestore", what="documents deleted", dollars=0.01, per=100_000, free=20_000,
                     free_each="day", page=_FIRESTORE),
    "stored_bytes": Price(product="Firestore", what="GiB stored, after a year", dollars=0.15, per=GIB, free=GIB,
                          free_each="month", page=_FIRESTORE),
    "instance_hours": Price(product="App Engine", what="F1 instance hours", dollars=0.05, per=1, free=28,
                            free_each="day", page=_APP),
    "sent_bytes": Price(product="App Engine", what="GiB to the internet", dollars=0.12, per=GIB, free=GIB,
                        free_each="day", page=_APP),
    "function_calls": Price(product="Functions", what="calls", dollars=0.40, per=1e6, free=2e6,
                            free_each="month", page=_RUN),
    "vcpu_s": Price(product="Functions", what="vCPU seconds", dollars=0.000024, per=1, free=180_000,
                    free_each="month", page=_RUN),
    "gib_s": Price(product="Functions", what="GiB seconds", dollars=0.0000025, per=1, free=360_000,
                   free_each="month", page=_RUN),
    "message_bytes": Price(product="Pub/Sub", what="GiB published and delivered", dollars=40 / 1024, per=GIB,
                           free=10 * GIB, free_each="month", page="cloud.google.com/pubsub/pricing"),
    "jobs": Price(product="Scheduler", what="jobs", dollars=0.10, per=1, free=3, free_each="month",
                  page="cloud.google.com/scheduler/pricing"),
    "micro_vm_hours": Price(product="Bridge", what="e2-micro hours", dollars=0.00838, per=1, free=HOURS,
                            free_each="month", page=_VM),
    "vm_hours": Price(product="Bridge", what="e2-small hours", dollars=0.01675, per=1, free=0,
                      free_each="month", page=_VM),
    "disk_gib": Price(product="Bridge", what="GiB of standard disk", dollars=0.04, per=1, free=30,
                      free_each="month", page="cloud.google.com/compute/disks-image-pricing"),
    "balanced_gib": Price(product="Bridge", what="GiB of balanced disk", dollars=0.10, per=1, free=0,
                          free_each="month", page="cloud.google.com/compute/disks-image-pricing"),
    "address_hours": Price(product="Bridge", what="public IPv4 address, hours", dollars=0.005, per=1, free=0,
                           free_each="month", page=_NET),
    "log_bytes": Price(product="Logging", what="GiB of log lines", dollars=0.50, per=GIB, free=50 * GIB,
                       free_each="month", page="cloud.google.com/stackdriver/pricing"),
    "secrets": Price(product="Secrets", what="active versions", dollars=0.06, per=1, free=6, free_each="month",
                     page="cloud.google.com/secret-manager/pricing"),
    "build_minutes": Price(product="Deployment", what="build minutes", dollars=0.006, per=1, free=2500,
                           free_each="month", page="cloud.google.com/build/pricing"),
    "image_gib": Price(product="Deployment", what="GiB of container images", dollars=0.10, per=1, free=0.5,
                       free_each="month", page="cloud.google.com/artifact-registry/pricing"),
    "pushes": Price(product="FCM", what="messages to phones", dollars=0.0, per=1, free=0, free_each="month",
                    page="firebase.google.com/pricing"),
}  # fmt: skip


def dollars(name: str, a_month: float) -> float:
    """What ``a_month`` units of one month cost beyond the free ones."""
    price = PRICES[name]
    free = price.free * (DAYS if price.free_each == "day" else 1)
    return max(0.0, a_month - free) / price.per * price.dollars


def share(name: str, a_month: float) -> float:
    """Part of the free quota; ``inf`` where nothing is free."""
    price = PRICES[name]
    free = price.free * (DAYS if price.free_each == "day" else 1)
    return a_month / free if free else float("inf")
