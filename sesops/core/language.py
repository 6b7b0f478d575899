"""A kind or a field as it is explained to a person."""

from __future__ import annotations

from dataclasses import dataclass

from sesops.core.values import Json


@dataclass(frozen=True)
class Part:
    """A kind, or a place in it. `path` is the place in a spec, `form` what may stand there."""

    name: str
    path: str
    form: str
    description: str
    null: str | None = None
    """What `null` does there."""
    no_null: str | None = None
    """Why `null` is an error there."""
    default: Json = None
    """SES's default, where the kind's table knows one."""
    created_as: Json = None
    """Our default for a new thing."""
    stops_mail: bool = False
    """Whether a change may stop mail, and then needs leave."""
    required: bool = False
    parts: tuple[Part, ...] = ()
    example: Json = None
