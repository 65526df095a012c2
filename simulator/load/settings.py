"""What a load test is to do: from the command line, else the environment, else ``.env``, else as it stands here."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from simulator.control.bodies.charge_point import websocket_address
from simulator.load.modules import MODULES
from simulator.load.wrong import Wrong

BEGINS = "LOAD_"
# 20 characters are the longest idTag of OCPP 1.6, and the number takes the place of `{number}`.
TAG_LENGTH = 20
NUMBER = "{number}"

Size = Annotated[int, msgspec.Meta(ge=1, le=5000)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Of one module. ``seconds`` has one length for all trials or one each. ``central`` None: the simulator's own;
    ``simulator`` None: one of its own for each trial.
    """

    central: Text | None = None
    simulator: Text | None = None
    trials: tuple[Size, ...] = (50, 100, 150, 200, 500, 1000)
    seconds: tuple[Seconds, ...] = (30.0,)
    prefix: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern="^[A-Za-z0-9._-]+$")] = "LOAD"
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    protocol: Literal["ocpp1.6", "ocpp2.0.1"] = "ocpp1.6"
    tag: Text = "LOAD-{number}"
    meter_interval_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 10
    pause_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 1.0
    boot_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 60.0
    reports: Text = "var/load"

    def lengths_s(self) -> list[float]:
        """One a trial. Raises :class:`Wrong`."""
        if len(self.seconds) == 1:
            return list(self.seconds) * len(self.trials)
        if len(self.seconds) != len(self.trials):
            raise Wrong(f"{len(self.trials)} trials, but {len(self.seconds)} lengths: give one, or one each")
        return list(self.seconds)

    def id_of(self, number: int) -> str:
        """As the simulator names many alike, from 1."""
        return f"{self.prefix}{number:04}"

    def tag_of(self, number: int) -> str:
        """The card that is used at a charge point."""
        return self.tag.replace(NUMBER, f"{number:04}")

    def environment(self) -> dict[str, str]:
        """What :func:`read` reads back."""
        plain = msgspec.to_builtins(self)
        return {
            BEGINS + name.upper(): ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            for name, value in plain.items()
            if value is not None
        }


TYPES: dict[str, Any] = {field.name: field.type for field in msgspec.structs.fields(Settings)}
LISTS = {"trials", "seconds"}


def read(module: str, told: Mapping[str, str | None], *sources: Mapping[str, str]) -> Settings:
    """Settings of a module: what was ``told`` by name, then what earlier ``sources`` say as ``LOAD_NAME`` (or, of
    trials and seconds, ``LOAD_MODULE_NAME``), then later ones. Raises :class:`Wrong`.
    """
    for source in sources:
        _refuse_unknown(source)
    found: dict[str, Any] = {}
    for name in TYPES:
        said = told.get(name)
        where = f"--{name}"
        for source in sources:
            for variable in (f"{BEGINS}{module.upper()}_{name.upper()}", BEGINS + name.upper()):
                # Empty is as if it were not there, so that a line of the example can be emptied.
                if said is None and source.get(variable):
                    said, where = source[variable], variable
        if said is not None:
            found[name] = _converted(name, said, where)
    settings = Settings(**found)
    _check(settings)
    return settings


def _refuse_unknown(source: Mapping[str, str]) -> None:
    known = {BEGINS + name.upper() for name in TYPES}
    known |= {f"{BEGINS}{module.upper()}_{name.upper()}" for module in MODULES for name in LISTS}
    for variable in source:
        if variable.startswith(BEGINS) and variable not in known:
            raise Wrong(f"there is no setting {variable}; there is {', '.join(sorted(known))}")


def _converted(name: str, said: str, where: str) -> Any:
    plain: Any = [part.strip() for part in said.split(",")] if name in LISTS else said
    try:
        return msgspec.convert(plain, TYPES[name], strict=False)
    except msgspec.ValidationError as error:
        shown = "…" if name == "password" else said
        raise Wrong(f"{where}={shown}: {error}") from error


def _check(settings: Settings) -> None:
    settings.lengths_s()
    if settings.central is not None:
        try:
            websocket_address(settings.central)
        except ValueError as error:
            raise Wrong(str(error)) from error
    if settings.simulator is not None and not settings.simulator.startswith(("http://", "https://")):
        raise Wrong(f"simulator is an address like http://127.0.0.1:9100, not {settings.simulator}")
    if settings.protocol == "ocpp1.6" and len(settings.tag_of(max(settings.trials))) > TAG_LENGTH:
        raise Wrong(f"tag: OCPP 1.6 knows at most {TAG_LENGTH} characters, with the number")
