"""The bridge's figures for Prometheus, in a registry of their own."""

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

BUCKETS_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 2.5)


class OfFrames(Collector):
    """What is counted at every frame: by the loop alone, so without the library's locks."""

    def __init__(self) -> None:
        self.received: dict[str, int] = {}
        self.answers = [0] * (len(BUCKETS_S) + 1)
        self.answering_s = 0.0

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        received = CounterMetricFamily(
            "kilowait_bridge_received", "Calls of charge points, by action.", labels=["action"]
        )
        for action, count in self.received.items():
            received.add_metric([action or "unknown"], count)
        yield received
        buckets: list[tuple[str, float]] = []
        for within_s, count in zip((*BUCKETS_S, float("inf")), self.answers, strict=True):
            so_far = count + (buckets[-1][1] if buckets else 0)
            buckets.append(("+Inf" if within_s == float("inf") else str(float(within_s)), so_far))
        yield HistogramMetricFamily(
            "kilowait_bridge_answer_seconds",
            "From a frame that makes an event to its answer.",
            buckets=buckets,
            sum_value=self.answering_s,
        )


class Metrics:
    """Counters and gauges, bound once; ``text`` is what ``/metrics`` answers."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.connected = Gauge("kilowait_bridge_connected", "Charge points connected.", registry=registry)
        self.handshakes = Counter(
            "kilowait_bridge_handshakes", "Handshakes, by HTTP status.", ["status"], registry=registry
        )
        self._of_frames = OfFrames()
        registry.register(self._of_frames)
        self.deferred_boots = Counter(
            "kilowait_bridge_deferred_boots", "Boots answered Pending, in a storm.", registry=registry
        )
        self.malformed = Counter("kilowait_bridge_malformed", "Frames refused.", registry=registry)
        self.deviations = Counter(
            "kilowait_bridge_deviations",
            "Connections on which something was tolerated that OCPP does not allow, by its name.",
            ["deviation"],
            registry=registry,
        )
        self.events = Counter("kilowait_bridge_events", "Events made durable.", registry=registry)
        self.waiting_events = Gauge(
            "kilowait_bridge_waiting_events", "Events not yet confirmed by the API.", registry=registry
        )
        self.rejected_events = Gauge(
            "kilowait_bridge_rejected_events", "Events the API refused, parked in the spool.", registry=registry
        )
        self.posts = Counter("kilowait_bridge_posts", "Batches posted to the API.", registry=registry)
        self.failed_posts = Counter("kilowait_bridge_failed_posts", "Batches that failed.", registry=registry)
        self.questions = Counter("kilowait_bridge_questions", "Verdicts, by who gave them.", ["by"], registry=registry)
        self.commands = Counter(
            "kilowait_bridge_commands", "Commands, by how they ended.", ["outcome"], registry=registry
        )
        self.bus_connected = Gauge(
            "kilowait_bridge_bus_connected", "1 while the API's commands can arrive.", registry=registry
        )
        self.bus_messages = Counter(
            "kilowait_bridge_bus_messages",
            "Messages of Pub/Sub, by what they were.",
            ["was"],
            registry=registry,
        )
        self.configuration_keys = Counter(
            "kilowait_bridge_configuration_keys", "Keys set after boot.", ["outcome"], registry=registry
        )

    def received(self, action: str) -> None:
        """A call of a charge point came."""
        counts = self._of_frames.received
        counts[action] = counts.get(action, 0) + 1

    def answered(self, took_s: float) -> None:
        """What a call told is durable."""
        found = self._of_frames
        found.answers[bisect_left(BUCKETS_S, took_s)] += 1
        found.answering_s += took_s

    def text(self) -> bytes:
        return generate_latest(self.registry)
