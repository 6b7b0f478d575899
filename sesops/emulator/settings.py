"""How the emulator behaves where real SES may behave in several ways."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

CHECKS = ("none", "topics", "all")


@dataclass
class Settings:
    """Settings of one emulator; those of a state file are kept in it."""

    verification: timedelta = timedelta(0)
    """From asking for a verification (identity, DKIM, MAIL FROM) to its success; 0: at once."""
    dns: bool = False
    """Whether verification goes by the DNS instead, and for addresses by the click on the link that they are sent; that
    of what was asked for before, too."""
    dns_lag: timedelta = timedelta(0)
    """Age at which SES sees a change of the DNS."""
    check_neighbours: str = "topics"
    """What a write to SES checks outside SES. `all`: everything, as SES does. `topics`: the same, but a bucket,
    function, stream, role or key that was never made counts as fine: a first try has none. `none`: nothing."""
    confirmation: timedelta = timedelta(0)
    """From a Subscribe to the subscriber's confirmation, for webhooks and mailboxes; of what waits already, too."""
    tag_lag: timedelta = timedelta(0)
    """Age at which a change of tags shows in tag:GetResources."""
    read_lag: timedelta = timedelta(0)
    """For how long, by the emulator's clock, reads of SES show what was there before a write."""
    stale_reads: int = 0
    """How many reads after a write show what was there before it, in an account and region."""
    propagation: timedelta = timedelta(0)
    """Age at which SES sees what was changed beside it: buckets, functions, roles, topics, keys and their policies."""
    drop_topics: bool = False
    """Whether SES finds out at once that it cannot publish to a topic any more. It then takes the topic off bounces and
    complaints, and forwards them by e-mail. Otherwise it finds out when it has something to publish."""
    throttle_per_second: float | None = None
    """Requests a second that one SES operation takes in one account and region, by the wall clock; None: any number."""
    production_access: bool = False
    """Whether accounts are out of the sandbox from the start, in every region."""
    review: timedelta = timedelta(hours=24)
    """From asking for production access to its being granted."""
    import_takes: timedelta = timedelta(0)
    """From the creation of an import job to its end."""
    endpoint_takes: timedelta = timedelta(0)
    """From asking for a multi-region endpoint, or for its deletion, to its being ready or gone."""
    receiving: bool = True
    """Whether the region receives mail: without, every receipt operation is refused."""

    def __post_init__(self) -> None:
        if self.check_neighbours not in CHECKS:
            raise ValueError(f"check_neighbours is one of {', '.join(CHECKS)}, not {self.check_neighbours!r}")
        if self.throttle_per_second is not None and self.throttle_per_second <= 0:
            raise ValueError("throttle_per_second is above 0, or null for no throttle")
        for name, value in vars(self).items():
            if (isinstance(value, timedelta) and value < timedelta(0)) or (name == "stale_reads" and value < 0):
                raise ValueError(f"{name} is not below 0")

    def to_json(self) -> dict[str, Any]:
        """As JSON: times in seconds."""
        return {
            name: value.total_seconds() if isinstance(value, timedelta) else value
            for name, value in dataclasses.asdict(self).items()
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The settings of `document`, defaults for what it does not name. ValueError says what cannot be."""
        fields = {field.name: field for field in dataclasses.fields(cls)}
        unknown = sorted(document.keys() - fields.keys())
        if unknown:
            raise ValueError(f"unknown setting {unknown[0]!r}; there are {', '.join(sorted(fields))}")
        return cls(**{name: _typed(name, value, fields[name].default) for name, value in document.items()})


class StoredSettings(Settings):
    """Settings that are stored whenever a member is assigned to."""

    _store: Callable[[Settings], None] | None = None

    @classmethod
    def of(cls, settings: Settings, store: Callable[[Settings], None]) -> Self:
        """A copy of `settings` that hands itself to `store` at each change."""
        stored = cls(**vars(settings))
        vars(stored)["_store"] = store
        return stored

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if self._store is not None:
            self.__post_init__()
            self._store(self)


def _typed(name: str, value: object, default: object) -> Any:
    """`value` from JSON in the type that `default` shows."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(default, timedelta) and number:
        try:
            return timedelta(seconds=float(str(value)))
        except (OverflowError, ValueError) as error:
            raise ValueError(f"setting {name!r} is a number of seconds, not {value!r}") from error
    if (default is None and (number or value is None)) or type(value) is type(default):
        return value
    raise ValueError(f"setting {name!r} does not take {value!r}")
