"""The bridge's figures for Prometheus, in a registry of their own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """Counters and gauges, bound once; ``text`` is what ``/metrics`` answers."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.connected = Gauge("kilowait_bridge_connected", "Charge points connected.", registry=registry)
        self.handshakes = Counter(
            "kilowait_bridge_handshakes", "Handshakes, by HTTP status.", ["status"], registry=registry
        )
        self._received = Counter(
            "kilowait_bridge_received", "Calls of charge points, by action.", ["action"], registry=registry
        )
        self._received_by: dict[str, Counter] = {}
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
        self.answer_s = Histogram(
            "kilowait_bridge_answer_seconds",
            "From a frame that makes an event to its answer.",
            registry=registry,
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 2.5),
        )

    def received(self, action: str) -> None:
        counter = self._received_by.get(action)
        if counter is None:
            counter = self._received_by[action] = self._received.labels(action or "unknown")
        counter.inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)
