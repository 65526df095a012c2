"""Model room: which document paths are allowed, on every adapter alike."""

import re

from model.store.errors import InvalidPath

SEGMENT_BYTES = 1500
"""Firestore's bound on one id."""
PATH_BYTES = 6 * 1024
"""Firestore's bound on a whole document name."""

_RESERVED = re.compile(r"__.*__\Z", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_segment(segment: object, whole: object) -> None:
    """Raise `InvalidPath` for `whole` unless `segment` may be one part of a path."""
    if type(segment) is not str:
        raise InvalidPath(whole, "it is not text")
    reason = None
    if not segment:
        reason = "a part of it is empty"
    elif "/" in segment:
        reason = "a part of it holds a slash"
    elif segment in {".", ".."} or _RESERVED.match(segment):
        reason = f"{segment!r} is reserved"
    elif _CONTROL.search(segment):
        reason = "it holds a control character"
    else:
        try:
            size = len(segment.encode())
        except UnicodeEncodeError:
            reason = "it is not valid Unicode"
        else:
            if size > SEGMENT_BYTES:
                reason = f"a part of it is above {SEGMENT_BYTES} bytes"
    if reason is not None:
        raise InvalidPath(whole, reason)


def check_path(path: object) -> str:
    """Return `path` if it names a document: an even number of allowed segments."""
    segments = _segments(path)
    if len(segments) % 2:
        raise InvalidPath(path, "a document has an even number of parts")
    return "/".join(segments)


def check_collection(collection: object) -> str:
    """Return `collection` if it names a collection: an odd number of allowed segments."""
    segments = _segments(collection)
    if len(segments) % 2 == 0:
        raise InvalidPath(collection, "a collection has an odd number of parts")
    return "/".join(segments)


def _segments(path: object) -> list[str]:
    if type(path) is not str:
        raise InvalidPath(path, "it is not text")
    segments = path.split("/")
    for segment in segments:
        check_segment(segment, path)
    if len(path.encode()) > PATH_BYTES:
        raise InvalidPath(path, f"it is above {PATH_BYTES} bytes")
    return segments


def split_path(path: str) -> tuple[str, str]:
    """Return (collection, id) of a checked path."""
    collection, _, document_id = path.rpartition("/")
    return collection, document_id


def group_of(collection: str) -> str:
    """Return the last name of a collection path: `decisions` of `locations/l/decisions`."""
    return collection.rpartition("/")[2]


def path_key(path: str) -> str:
    """Return text that sorts as the path does segment by segment (no id holds U+0001)."""
    return path.replace("/", "\x01")
