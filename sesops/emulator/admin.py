"""The admin API: JSON under /_sesops/, for whoever has the emulator only as a URL.

| request | does |
|---|---|
| GET /_sesops/status | time, settings and how many calls were seen |
| POST /_sesops/clock | `{"advance_seconds": 3600}` moves the clock |
| POST /_sesops/settings | `{"verification": 7200}` changes settings; times in seconds |
| POST /_sesops/faults | `{"deny": [{...}], "lose_answer": [{...}], "fail": [{...}]}` with the arguments of `Faults` |
| DELETE /_sesops/faults | forgets all faults |

A request that makes no sense is a 400 with `message`.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from moto.core.request import Request

from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.settings import Settings

if TYPE_CHECKING:
    from sesops.emulator.emulator import Emulator

PREFIX = "/_sesops/"
_FAULTS = ("deny", "lose_answer", "fail")


def answer(emulator: Emulator, request: Request) -> HttpAnswer:
    """The answer to a request of the admin API."""
    match request.method, request.path.removeprefix(PREFIX):
        case "GET", "status":
            return _json(200, _status(emulator))
        case "DELETE", "faults":
            emulator.faults.clear()
            return _json(200, _status(emulator))
        case "POST", "clock" | "settings" | "faults" as what:
            try:
                _change(emulator, what, json.loads(request.get_data()))
            except (ValueError, TypeError, KeyError) as error:
                return _json(400, {"message": f"{type(error).__name__}: {error}"})
            return _json(200, _status(emulator))
    return _json(404, {"message": f"there is no {request.method} {request.path}"})


def _change(emulator: Emulator, what: str, wish: dict[str, Any]) -> None:
    if what == "clock":
        emulator.clock.advance(timedelta(seconds=wish["advance_seconds"]))
    elif what == "settings":
        emulator.settings = Settings.from_json(emulator.settings.to_json() | wish)
    else:
        unknown = sorted(wish.keys() - set(_FAULTS))
        if unknown:
            raise ValueError(f"unknown fault {unknown[0]!r}; there are {', '.join(_FAULTS)}")
        for kind, faults in wish.items():
            for fault in faults:
                getattr(emulator.faults, kind)(**fault)


def _status(emulator: Emulator) -> dict[str, Any]:
    return {
        "now": emulator.clock.now().isoformat(),
        "settings": emulator.settings.to_json(),
        "calls": len(emulator.calls),
    }


def _json(status: int, document: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})
