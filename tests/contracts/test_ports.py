"""What every adapter of a port does, the fakes included."""

import base64
import email
import email.policy
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from main import SystemClock
from model.errors import Unavailable
from services.adapters.mail_folder import MailFolder
from services.adapters.secret_randomness import SecretRandomness
from tests.fakes.clock import FakeClock
from tests.fakes.mail import FakeMail, Letter
from tests.fakes.randomness import FakeRandomness


@pytest.mark.parametrize("clock", [SystemClock(), FakeClock()], ids=["system", "fake"])
class TestClock:
    def test_now_is_aware_utc_and_does_not_run_back(self, clock):
        first, second = clock.now(), clock.now()
        assert first.tzinfo is UTC
        assert timedelta(0) <= second - first < timedelta(minutes=1)


@pytest.mark.parametrize("randomness", [SecretRandomness(), FakeRandomness()], ids=["secret", "fake"])
class TestRandomness:
    @pytest.mark.parametrize("nbytes", [1, 6, 9, 10, 12, 32])
    def test_a_token_is_that_many_bytes_as_base64url_without_padding(self, randomness, nbytes):
        text = randomness.token(nbytes)
        assert len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == nbytes
        assert "=" not in text

    def test_tokens_differ(self, randomness):
        assert len({randomness.token(12) for _ in range(1000)}) == 1000


class FolderOfLetters:
    """The mail folder, read back as a person would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mail = MailFolder(folder, "kilowait@example.org", FakeClock(), FakeRandomness())

    def letters(self) -> list[Letter]:
        found = []
        for path in sorted(self.folder.iterdir()):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert letter["From"] == "kilowait@example.org"
            found.append(Letter(letter["To"], letter["Subject"], letter.get_content().replace("\r\n", "\n")))
        return found


class BoxOfLetters:
    """The fake, in the same way."""

    def __init__(self) -> None:
        self.mail = FakeMail()

    def letters(self) -> list[Letter]:
        return self.mail.letters


@pytest.fixture(params=["folder", "fake"])
def box(request, tmp_path):
    return FolderOfLetters(tmp_path / "new" / "mail") if request.param == "folder" else BoxOfLetters()


class TestMail:
    def test_letters_arrive_whole_in_order(self, box):
        sent = [
            Letter("ann@example.org", f"Größe {n}", f"Hello Änn,\n\n{'x' * 200}\nhttps://e.org/?token=a_b-{n}\n")
            for n in range(3)
        ]
        for letter in sent:
            box.mail.send(letter.to, letter.subject, letter.text)
        assert sorted(box.letters(), key=lambda letter: letter.subject) == sent


def test_a_letter_is_a_file_only_its_owner_can_read(tmp_path):
    box = FolderOfLetters(tmp_path / "mail")
    box.mail.send("ann@example.org", "x", "y")
    (path,) = box.folder.iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o077 == 0
    assert box.folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "mail").write_text("a file in its place")
    with pytest.raises(Unavailable, match="could not be sent"):
        FolderOfLetters(tmp_path / "mail").mail.send("ann@example.org", "x", "y")


def test_a_link_can_be_copied_from_the_file(tmp_path):
    box = FolderOfLetters(tmp_path / "mail")
    link = f"https://example.org/reset?token={'x' * 100}=a"
    box.mail.send("ann@example.org", "x", f"Änn:\n\n{link}\n")
    (path,) = box.folder.iterdir()
    assert link in path.read_text("utf-8").splitlines()


def test_the_subject_cannot_smuggle_headers(tmp_path):
    with pytest.raises(ValueError, match="Header values"):
        FolderOfLetters(tmp_path / "mail").mail.send("ann@example.org", "x\r\nBcc: all@example.org", "y")
