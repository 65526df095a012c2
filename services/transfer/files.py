"""Services: export files on a disk: whole or not there, for their owner's eyes only, compressed where named ``.gz``."""

import contextlib
import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from services.transfer.lines import BadFile

_GZIP = b"\x1f\x8b"


class FileTrouble(Exception):
    """The disk does not do what it should; one sentence."""


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when the block ends well, and not at all otherwise. Mode 0600.

    Raises :class:`FileTrouble`; an older file of the name then is as it was.
    """
    if path.exists() and not path.is_file():  # a device or a pipe would be replaced by the file
        raise FileTrouble(f"{path} cannot be written: it is no ordinary file.")
    partial = path.with_name(f"{path.name}.partial")
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise FileTrouble(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as raw:
            os.fchmod(descriptor, 0o600)
            if path.suffix == ".gz":
                # No name and no time in it: the same documents give the same bytes.
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                    yield cast(BinaryIO, packed)
            else:
                yield raw
            raw.flush()
            os.fsync(descriptor)
        partial.replace(path)
        _keep_the_name(path.parent)
    except OSError as error:
        raise FileTrouble(f"{path} cannot be written: {error.strerror}. Nothing was left behind.") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def old_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be read, unpacked where it is compressed. Raises :class:`BadFile` when it cannot be."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise BadFile(f"{path} cannot be read: it is no ordinary file, and files are read twice")
    try:
        with path.open("rb") as raw:
            packed = raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
            if not packed:
                yield raw
                return
            with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
                yield cast(BinaryIO, unpacked)
    except EOFError as error:
        raise BadFile("The compressed file ends before it is complete") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BadFile("The compressed file is damaged") from error
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}") from error


def _keep_the_name(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
