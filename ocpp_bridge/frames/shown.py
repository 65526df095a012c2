"""The answer to a `Frames` command: what the frame log keeps of a charge point, redacted, a page at a time."""

import re
import secrets
from datetime import UTC, datetime
from typing import Any

import msgspec

from ocpp_bridge.clock import Clock
from ocpp_bridge.frames.frame_log import Frame, FrameLog
from ocpp_bridge.frames.redaction import shown
from ocpp_bridge.translation import Outcome
from wire.codec import to_plain
from wire.commands import Frames, FrameShown, FramesShown
from wire.events import CommandOutcome

PAGE_BYTES = 180 * 1024
"""Less than a command's result may have, and than an API's document."""
FRAMES_MOST = 500
RECORD_MOST_S = 24 * 3600
_CURSOR = re.compile(r"([0-9a-f]{8})-(\d{1,15})")
_HEAD = re.compile(rb'\s*\[\s*([234])\s*,\s*"((?:[^"\\]|\\.){0,255})"\s*(?:,\s*"([A-Za-z]{1,60})")?')
_CALL = b"2"


class ShownFrames:
    """Numbers of frames begin anew with each process: the cursor names it."""

    def __init__(self, log: FrameLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._life = secrets.token_hex(4)

    def outcome(self, command: Frames) -> Outcome:
        """Carry the command out. Never fails: of a charge point that never connected there is nothing."""
        now = self._clock.now().timestamp()
        if command.record_until is not None:
            self._log.record(command.charge_point_id, min(command.record_until.timestamp(), now + RECORD_MOST_S))
        page = self._page(command, now)
        return Outcome(CommandOutcome.ACCEPTED, "", to_plain(page))

    def _page(self, command: Frames, now: float) -> FramesShown:
        since, foreign = self._number(command.after)
        actions: dict[tuple[bool, bytes], str] = {}
        page: list[FrameShown] = []
        size, last, first, more = 0, since, 0, False
        for frame in self._log.after(command.charge_point_id, 0):
            action = _action(frame, actions)
            if frame.number <= since:
                continue
            one = _shown(frame, action)
            size += len(msgspec.json.encode(one))
            if len(page) >= min(command.most, FRAMES_MOST) or (page and size > PAGE_BYTES):
                more = True
                break
            first = first or frame.number
            last = frame.number
            page.append(one)
        until = self._log.recorded_until(command.charge_point_id)
        return FramesShown(
            frames=tuple(page),
            cursor=f"{self._life}-{last}",
            more=more,
            lost=foreign or (bool(command.after) and bool(page) and first > since + 1),
            recorded_until=datetime.fromtimestamp(until, UTC) if until > now else None,
        )

    def _number(self, cursor: str) -> tuple[int, bool]:
        """Where to go on, and whether the cursor is of another process: then all that is kept is new."""
        if not cursor:
            return 0, False
        match = _CURSOR.fullmatch(cursor)
        if match is None or match.group(1) != self._life:
            return 0, True
        return int(match.group(2)), False


def _action(frame: Frame, actions: dict[tuple[bool, bytes], str]) -> str:
    """A call's action, remembered for its answer, which comes the other way."""
    head = _HEAD.match(frame.data)
    if head is None:
        return ""
    kind, message_id, action = head.groups()
    if kind == _CALL:
        name = (action or b"").decode()
        actions[frame.received, message_id] = name
        return name
    return actions.pop((not frame.received, message_id), "")


def _shown(frame: Frame, action: str) -> FrameShown:
    message: Any = shown(frame.data, whole=len(frame.data) == frame.size)
    return FrameShown(
        at=datetime.fromtimestamp(frame.at, UTC),
        direction="received" if frame.received else "sent",
        action=action,
        size=frame.size,
        message=message,
    )
