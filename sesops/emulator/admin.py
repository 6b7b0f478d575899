"""The admin API: JSON under /_sesops/, for whoever has the emulator only as a URL. docs/emulator.md describes it.

Each POST has one JSON object for a body, whose members are the parameters of what does it in Python. What makes no
sense is a 400 with a `message`; every other answer to a POST is the status.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from moto.core.request import Request

from sesops.emulator.controls import Controls
from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.settings import Settings

PREFIX = "/_sesops/"

Document = dict[str, Any]

_STRING = ((str,), "a string")
_OPTIONAL_NUMBER = ((int, type(None)), "a number or null")
# Members that are no strings.
_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "times": _OPTIONAL_NUMBER,
    "status": _OPTIONAL_NUMBER,
    "match": ((dict, type(None)), "an object or null"),
    "records": ((list,), "a list"),
    "values": ((list,), "a list of strings"),
    "advance_seconds": ((int, float), "a number"),
}


def answer(controls: Controls, request: Request) -> HttpAnswer:
    """The answer to a request of the admin API."""
    what = request.path.removeprefix(PREFIX)
    try:
        match request.method:
            case "GET" if what in _READS:
                return _json(200, _READS[what](controls, request.args.to_dict()))
            case "POST" if what in _WRITES:
                _WRITES[what](controls, _body(request))
                return _json(200, _status(controls, {}))
            case "DELETE" if what == "faults":
                controls.faults.clear()
                return _json(200, _status(controls, {}))
    except (ValueError, OverflowError) as error:
        return _json(400, {"message": str(error)})
    return _json(404, {"message": f"there is no {request.method} {request.path}"})


class WrongBodyError(ValueError):
    """A body that is not what the path takes; the message says why."""


# --- reads ---


def _status(controls: Controls, _: Document) -> Document:
    return {
        "now": controls.clock.now().isoformat(),
        "settings": controls.settings.to_json(),
        "faults": len(controls.faults.all()),
        "calls": controls.seen,
    }


def _faults(controls: Controls, _: Document) -> Document:
    return {"faults": [vars(fault) for fault in controls.faults.all()]}


def _records(controls: Controls, _: Document) -> Document:
    return {"records": controls.dns.records()}


def _calls(controls: Controls, _: Document) -> Document:
    named = [
        {"service": service, "operation": operation, "params": params} for service, operation, params in controls.calls
    ]
    return {"calls": named}


def _messages(controls: Controls, asked: Document) -> Document:
    return {"messages": _given("messages", controls.messages, asked)}


_READS: Mapping[str, Callable[[Controls, Document], Document]] = {
    "status": _status,
    "faults": _faults,
    "dns": _records,
    "calls": _calls,
    "messages": _messages,
}

# --- writes ---


def _move_clock(controls: Controls, wish: Document) -> None:
    def advance(advance_seconds: float) -> None:
        try:
            by = timedelta(seconds=advance_seconds)
        except (OverflowError, ValueError) as error:
            raise WrongBodyError(f"'advance_seconds' is a number of seconds, not {advance_seconds}") from error
        controls.clock.advance(by)

    _given("clock", advance, wish)


def _change_settings(controls: Controls, wish: Document) -> None:
    controls.settings = Settings.from_json(controls.settings.to_json() | wish)


def _add_faults(controls: Controls, wish: Document) -> None:
    faults = controls.faults
    kinds: Mapping[str, Callable[..., None]] = {
        "deny": faults.deny,
        "lose_answer": faults.lose_answer,
        "fail": faults.fail,
    }
    for kind, wanted in wish.items():
        if kind not in kinds:
            raise WrongBodyError(f"there is no fault {kind!r}; there are {', '.join(kinds)}")
        for fault in _objects(kind, wanted):
            _given(kind, kinds[kind], fault)


def _change_dns(controls: Controls, wish: Document) -> None:
    def set_record(name: str, type: str, values: list[str]) -> None:  # noqa: A002 - the member is called so
        if not all(isinstance(value, str) for value in values):
            raise WrongBodyError("'values' is a list of strings")
        controls.dns.set(name, type, *values)

    def set_all(records: list[Document]) -> None:
        for record in _objects("records", records):
            _given("records", set_record, record)

    _given("dns", set_all, wish)


_WRITES: Mapping[str, Callable[[Controls, Document], None]] = {
    "clock": _move_clock,
    "settings": _change_settings,
    "faults": _add_faults,
    "dns": _change_dns,
    "click": lambda controls, wish: _given("click", controls.click, wish),
    "give-up": lambda controls, wish: _given("give-up", controls.give_up, wish),
    "lease": lambda controls, wish: _given("lease", controls.lease, wish),
    "suppress": lambda controls, wish: _given("suppress", controls.suppress, wish),
    "grant-production": lambda controls, wish: _given("grant-production", controls.grant_production, wish),
}

# --- the form of both ---


def _body(request: Request) -> Document:
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise WrongBodyError(f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise WrongBodyError("the body is no JSON object")
    return body


def _objects(member: str, value: Any) -> list[Document]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise WrongBodyError(f"{member!r} is a list of objects")
    return value


def _given(what: str, function: Callable[..., Any], members: Document) -> Any:
    """Call a function with the members of an object. ValueError: they are not its parameters."""
    parameters = inspect.signature(function).parameters
    for name, value in members.items():
        if name not in parameters:
            raise WrongBodyError(f"{what} does not take {name!r}; it takes {', '.join(parameters)}")
        types, called = _TYPES.get(name, _STRING)
        if not isinstance(value, types) or isinstance(value, bool):
            raise WrongBodyError(f"{name!r} is {called}, not {json.dumps(value)}")
    for name, parameter in parameters.items():
        if name not in members and parameter.default is parameter.empty:
            raise WrongBodyError(f"{what} needs {name!r}")
    return function(**members)


def _json(status: int, document: Document) -> HttpAnswer:
    content = json.dumps(document, default=str).encode()
    return HttpAnswer(status, content, {"Content-Type": "application/json"})
