"""The page of error codes lists every refusal of the code, and cannot be made when one cannot be read."""

from pathlib import Path

import pytest

from docs import errors
from docs.errors import Refusal, errors_page, refusals
from docs.unwritable import Unwritable

ROOT = Path(__file__).parents[2]


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project: one refusal in services, the reasons of verdicts, nothing computed."""
    monkeypatch.setattr(errors, "DRAWN", {("scheduling/requests/starting.py", "verdict.reason"): {"in_use": "Taken."}})
    monkeypatch.setattr(errors, "NO_ANSWER", set())
    for folder in ("services", "scheduling/rights", "scheduling/requests"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "scheduling/rights/admission.py").write_text("Verdict(tag_status=BLOCKED, reason='in_use')\n")
    (tmp_path / "scheduling/requests/starting.py").write_text(
        "from model.errors import Conflict\nraise Conflict(verdict.reason, 'No.')\n"
    )
    return tmp_path


def refuse(code: Path, text: str) -> None:
    (code / "services/thing.py").write_text(f"from model.errors import Conflict as No, TooMany\n{text}\n")


def test_a_refusal_is_listed_with_the_status_of_its_class_and_its_sentence(code: Path) -> None:
    refuse(code, "raise No('broken', f'It is {state} | now.')\nerror = TooMany('slow_down', 'Wait.')")
    assert set(refusals(code)) == {
        Refusal("broken", 409, r"It is … \| now."),
        Refusal("slow_down", 429, "Wait.", retry=True),
        Refusal("in_use", 409, "Taken."),
    }


def test_sentences_of_one_code_share_a_row(code: Path) -> None:
    refuse(code, "No('broken', 'Once.'); No('broken', 'Twice.'); No('broken', 'Once.')")
    assert "| `broken` | 409 | no | Once. · Twice. |" in errors_page(code).splitlines()


def test_a_code_that_cannot_be_read_fails_the_page(code: Path) -> None:
    refuse(code, "No(code_of(it), 'Broken.')")
    with pytest.raises(Unwritable, match=r"which codes code_of\(it\) of services/thing\.py"):
        errors_page(code)


def test_a_sentence_that_cannot_be_read_fails_the_page(code: Path) -> None:
    refuse(code, "No('broken', sentence)")
    with pytest.raises(Unwritable, match=r"what broken of services/thing\.py means"):
        errors_page(code)


def test_a_new_reason_of_a_verdict_fails_the_page_until_it_is_listed(code: Path) -> None:
    (code / "scheduling/rights/admission.py").write_text(
        "Verdict(tag_status=BLOCKED, reason='in_use' if x else 'rainy')\n"
    )
    with pytest.raises(Unwritable, match="rainy"):
        errors_page(code)


def test_an_expression_that_is_gone_fails_the_page(code: Path) -> None:
    (code / "scheduling/requests/starting.py").write_text("")
    with pytest.raises(Unwritable, match="no such expression"):
        errors_page(code)


def test_the_page_knows_the_codes_of_the_api_and_of_the_framework() -> None:
    rows = {line.split(" | ")[0].strip("|` "): line.split(" | ")[1] for line in errors_page(ROOT).splitlines()[8:]}
    expected = {"invalid_json": "400", "no_token": "401", "not_your_session": "403", "not_found": "404"}
    expected |= {"method_not_allowed": "405", "already_placed": "409", "stale": "412", "too_large": "413"}
    expected |= {"not_json": "415", "invalid_id": "422", "too_many_attempts": "429", "internal": "500"}
    expected |= {"store_busy": "503", "username_taken": "409", "held_for_another": "409"}
    assert expected.items() <= rows.items()
