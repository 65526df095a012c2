"""What cannot be counted on one machine, and is assumed; each with its reason. The page prints this table."""

from dataclasses import dataclass, field, fields


def _assumed(value: float, why: str) -> float:
    found: float = field(default=value, metadata={"why": why})
    return found


@dataclass(frozen=True, slots=True)
class Assumed:
    """One set of assumptions; change one with ``dataclasses.replace``."""

    requests_a_second: float = _assumed(10, "what one F1 instance (600 MHz) serves; here a request takes about 1 ms")
    peak_factor: float = _assumed(1.5, "App Engine keeps more instances than the mean needs")
    busy_hours: float = _assumed(11, "the part of the day in which nearly all requests come")
    function_s: float = _assumed(0.5, "billed for one function call, clients and cold starts shared out")
    decision_s: float = _assumed(0.05, "one decision of the minute job: four round trips, eight side by side")
    function_vcpu: float = _assumed(0.333, "comes with 512 MiB")
    function_gib: float = _assumed(0.5, "Python with the Firestore, Pub/Sub and FCM clients")
    message_bytes: float = _assumed(2000, "Pub/Sub bills 1 kB at least, once published and once delivered")
    log_line_bytes: float = _assumed(1500, "App Engine's line and ours for one request")
    points_a_bridge: float = _assumed(2000, "charge points on one small machine: what is measured, at 25 KiB each")
    points_on_micro: float = _assumed(200, "charge points for which the free e2-micro is enough")
    disk_gib: float = _assumed(10, "the standard disk a bridge's machine starts from")
    spool_gib: float = _assumed(10, "the balanced disk of its spool")
    jobs: float = _assumed(3, "tick, reset_queues, refresh_tokens")
    secrets: float = _assumed(4, "versions that are active")
    build_minutes: float = _assumed(80, "four deployments a month of 20 minutes")
    image_gib: float = _assumed(1.5, "images of four functions and the bridge, old ones deleted")


def table() -> list[tuple[str, float, str]]:
    """(name in words, value, why)."""
    usual = Assumed()
    return [(one.name.replace("_", " "), getattr(usual, one.name), one.metadata["why"]) for one in fields(Assumed)]
