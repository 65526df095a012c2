"""Hashing: parameters, old hashes, the bound on how many at once, and the same effort for nobody."""

import threading

import pytest
from argon2 import PasswordHasher
from werkzeug.security import generate_password_hash

from model.errors import Invalid, Unavailable
from services.accounts.passwords import Passwords, check_password


def test_a_hash_is_argon2id_salted_and_verified():
    hasher = Passwords()
    one, two = hasher.hash("correct horse"), hasher.hash("correct horse")
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != two
    assert hasher.verify(one, "correct horse")
    assert not hasher.verify(one, "correct horsf")
    assert not hasher.wants_rehash(one)


@pytest.mark.parametrize("stored", ["", "garbage", "$argon2id$v=19$m=1,t=1,p=1$AA$AA", "pbkdf2:sha256:1$x"])
def test_what_is_no_hash_fits_no_password(stored):
    assert not Passwords().verify(stored, "nobody's password")
    assert not Passwords().verify(stored, "")


def test_an_original_hash_is_verified_and_wants_renewal():
    hasher = Passwords()
    old = generate_password_hash("correct horse", method="pbkdf2:sha256:1000")
    assert hasher.verify(old, "correct horse")
    assert not hasher.verify(old, "correct horsf")
    assert hasher.wants_rehash(old)


def test_nobodys_password_costs_a_hash_like_everybodys(monkeypatch):
    """Counted, not timed: one argon2 verification with the same parameters either way."""
    hasher, verified = Passwords(), []
    real = PasswordHasher.verify

    def counted(self, stored, given):
        verified.append(stored)
        return real(self, stored, given)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    stored = hasher.hash("correct horse")
    hasher.verify(stored, "wrong")
    hasher.verify("", "wrong")
    assert len(verified) == 2
    assert verified[1].split("$")[:4] == verified[0].split("$")[:4]


def test_two_at_once_and_whoever_waits_too_long_is_told_so():
    hasher = Passwords(at_once=2, wait_s=0.05)
    inside, leave = threading.Barrier(3), threading.Event()

    def hold() -> None:
        with hasher.turn():
            inside.wait()
            leave.wait()

    holders = [threading.Thread(target=hold) for _ in range(2)]
    for holder in holders:
        holder.start()
    inside.wait()
    with pytest.raises(Unavailable) as refused:
        hasher.hash("correct horse")
    assert refused.value.retry_after_s == 2
    leave.set()
    for holder in holders:
        holder.join()
    assert hasher.hash("correct horse")


@pytest.mark.parametrize(
    ("length", "admin", "fits"),
    [
        (7, False, False),
        (8, False, True),
        (256, False, True),
        (257, False, False),
        (9, True, False),
        (10, True, True),
    ],
)
def test_passwords_have_their_bounds(length, admin, fits):
    password = "x" * length
    if fits:
        assert check_password(password, admin=admin) == password
    else:
        with pytest.raises(Invalid) as refused:
            check_password(password, admin=admin)
        assert password not in refused.value.message
