"""Whether the process lives and can work, and what it counted (I4)."""

import threading
from concurrent.futures import ThreadPoolExecutor

from api.app import create_app
from api.health import Readiness
from model.store.counting import CountingStore
from model.store.errors import StoreUnavailable
from model.store.memory import MemoryStore
from tests.fakes.composition import fake_services
from tests.fakes.people import Someone


class FlakyStore(MemoryStore):
    reads = 0
    broken = False

    def get(self, path):
        self.reads += 1
        if self.broken:
            raise StoreUnavailable("gone")
        return super().get(path)


def test_a_living_process_says_so_without_asking_the_store():
    store = FlakyStore()
    someone = Someone(create_app(fake_services(store=store)))
    for path in ("/healthz", "/api/health"):
        assert someone.get(path).json == {"message": "The API answers.", "status": "ok"}
    assert store.reads == 0


def test_readiness_is_asked_of_the_store_every_ten_seconds_at_most():
    store = FlakyStore()
    services = fake_services(store=store)
    someone = Someone(create_app(services))
    assert [someone.get("/readyz").status_code for _ in range(3)] == [200] * 3
    assert store.reads == 1
    store.broken = True
    assert someone.get("/readyz").status_code == 200
    services.clock.advance(seconds=10)
    refused = someone.get("/readyz")
    assert (refused.status_code, refused.json["code"]) == (503, "not_ready")
    assert refused.headers["Retry-After"] == "10"
    store.broken = False
    services.clock.advance(seconds=10)
    assert someone.get("/readyz").status_code == 200


def test_a_store_that_does_not_answer_keeps_one_request_waiting_and_is_not_asked_by_each_in_turn():
    answers, asked = threading.Event(), threading.Event()

    class Silent(FlakyStore):
        def get(self, path):
            if services.clock.now() > began:
                asked.set()
                assert answers.wait(10)
                services.clock.advance(seconds=20)
            return super().get(path)

    store = Silent()
    services = fake_services(store=store)
    began = services.clock.now()
    readiness = Readiness()
    assert readiness.ready(services)
    services.clock.advance(seconds=10)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(readiness.ready, services)
        assert asked.wait(10)
        assert readiness.ready(services), "as it was when it was last asked"
        store.broken = True
        answers.set()
        assert not first.result(10)
    assert not readiness.ready(services)
    assert store.reads == 2, "the answer counts from when it came"


def test_warming_up_opens_the_store_before_the_first_request():
    store = FlakyStore()
    someone = Someone(create_app(fake_services(store=store)))
    assert someone.get("/_ah/warmup").status_code == 200
    assert store.reads == 1
    assert someone.get("/readyz").status_code == 200
    assert store.reads == 1


def test_documents_are_counted_where_the_store_counts_them():
    services = fake_services(store=CountingStore(MemoryStore()))
    someone = Someone(create_app(services))
    someone.post("/api/auth/login", {"username": "ann", "password": "wrong-wrong"})
    text = someone.get("/metrics").text
    assert 'kilowait_documents_total{verb="read"} 3.0' in text
    assert 'kilowait_documents_total{verb="write"} 2.0' in text


def test_requests_are_counted_by_route_not_by_path(nobody, ann):
    ann.delete("/api/user/tag/04AB")
    nobody.get("/nowhere/04AB")
    metrics = nobody.get("/metrics")
    assert metrics.mimetype == "text/plain"
    counted = 'kilowait_requests_total{method="DELETE",route="/api/user/tag/<path:tag>",status="404"} 1.0'
    assert counted in metrics.text
    assert 'kilowait_requests_total{method="GET",route="none",status="404"} 1.0' in metrics.text
    assert 'kilowait_request_seconds_count{method="DELETE",route="/api/user/tag/<path:tag>"} 1.0' in metrics.text
    assert "04AB" not in metrics.text
