"""The smoke test of a version: right answers, wrong answers, none."""

import threading

import pytest
from werkzeug.serving import make_server

from api.app import create_app
from deploy.smoke import QUESTIONS, main, smoke
from model.store.errors import StoreUnavailable
from model.store.memory import MemoryStore
from standalone.ports import free_ports
from tests.fakes.composition import fake_services
from tests.fakes.site_composition import with_sites


class Gone(MemoryStore):
    def get(self, path):
        raise StoreUnavailable(path)


@pytest.fixture
def served(request):
    """The address of the API over the store that the test names."""
    server = make_server("127.0.0.1", 0, create_app(with_sites(fake_services(store=request.param()))), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("served", [MemoryStore], indirect=True)
def test_a_good_version_answers_every_question(served, capsys):
    assert main([served + "/", "--within-s", "0"]) == 0
    assert capsys.readouterr().out.count("right: ") == len(QUESTIONS)


@pytest.mark.parametrize("served", [Gone], indirect=True)
def test_a_version_without_its_store_is_not_promoted(served, capsys):
    assert main([served, "--within-s", "0"]) == 1
    assert "/readyz: 503 instead of 200" in capsys.readouterr().err


def test_an_address_nobody_answers_at_is_asked_until_the_time_is_over(capsys):
    (port,) = free_ports(1)
    assert smoke(f"http://127.0.0.1:{port}", within_s=0) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"smoke: http://127.0.0.1:{port}/readyz")
    assert said.count("\n") == 1


def test_a_version_that_comes_late_is_waited_for(capsys):
    app = create_app(with_sites(fake_services()))
    (port,) = free_ports(1)
    started: list[tuple] = []

    def come(_pause_s):
        if not started:
            server = make_server("127.0.0.1", port, app, threaded=True)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            started.append((server, thread))

    try:
        assert smoke(f"http://127.0.0.1:{port}", within_s=20, pause=come) == 0
    finally:
        for server, thread in started:
            server.shutdown()
            thread.join()
            server.server_close()
    assert started


def test_what_is_no_address_is_refused():
    assert main(["ftp://example.org"]) == 2
