"""The live log reads the audit log."""

import io

from standalone.live_log import LiveLog
from standalone.phrases import phrase
from standalone.screen import Screen


class AuditLog:
    """Answers like the API: newest first, two a page."""

    def __init__(self):
        self.versions: list[int] = []

    def read(self, _path):
        return self._page(self.versions[::-1])

    def send(self, _method, path):
        before = int(path.rpartition("=")[2])
        return self._page([version for version in self.versions[::-1] if version < before])

    def _page(self, newest_first):
        decisions = [
            {
                "version": version,
                "at": "2026-03-01T12:00:00Z",
                "actor": {"kind": "user", "id": "u"},
                "summary": f"choice {version}",
                "inputs": [{"kind": "Join"}],
            }
            for version in newest_first[:2]
        ]
        return {"decisions": decisions, "next_page_token": str(newest_first[1]) if len(newest_first) > 2 else None}


def test_every_decision_is_shown_once_oldest_first_over_pages():
    log, out = AuditLog(), io.StringIO()
    live = LiveLog(log, "demo", Screen(out))  # type: ignore[arg-type]
    log.versions = [1, 2, 3, 4, 5]
    live.catch_up()
    log.versions += [6]
    live.catch_up()
    live.catch_up()
    assert [line.rpartition("  ")[2] for line in out.getvalue().splitlines()] == [f"choice {n}" for n in range(1, 7)]


def test_what_was_before_can_be_left_out():
    log, out = AuditLog(), io.StringIO()
    live = LiveLog(log, "demo", Screen(out))  # type: ignore[arg-type]
    log.versions = [1, 2, 3]
    live.skip_past()
    log.versions += [4]
    live.catch_up()
    assert out.getvalue().count("choice") == 1
    assert "choice 4" in out.getvalue()


def test_a_report_that_led_to_no_choice_is_put_into_words():
    source = {"charge_point_id": "box"}
    inputs = [
        {"kind": "LinkChanged", "source": source, "connected": False},
        {
            "kind": "StatusReported",
            "source": source,
            "connector": 1,
            "status": "Faulted",
            "error_code": "GroundFailure",
        },
    ]
    reported = {"summary": "LinkChanged, StatusReported", "inputs": inputs}
    assert phrase(reported) == "box lost its connection; box connector 1: Faulted (GroundFailure)"
    assert phrase({"summary": "a choice and its reason", "inputs": inputs}) == "a choice and its reason"
