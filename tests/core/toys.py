"""Two toy kinds with every hard shape: a taggable `box` with blocks, references and stops, and a `lid` that lies in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sesops.core import planner
from sesops.core.address import Address
from sesops.core.diagnostic import Location
from sesops.core.kind import Compare, Facet, Field, Kind, Need, Registry, Write
from sesops.core.live import LiveState
from sesops.core.plan import Allow, Leave, Removal, TargetPlan
from sesops.core.thing import Block, Condition, Live, Reading, Unread, Wanted
from sesops.core.values import Call, Ref, Scope

SCOPE = Scope("acme", "eu-west-1", "123456789012")
TODAY = date(2026, 3, 1)
HOST = "host.example"


def box(name: str) -> Address:
    return Address("box", (name,))


def lid(name: str, last: str) -> Address:
    return Address("lid", (name, last))


def _put(operation: str):
    def put(write: Write) -> tuple[Call, ...]:
        return (Call("toy", operation, {"Name": write.address.last, **write.block}),)

    return put


def _create(address: Address, scope: Scope, writes: Mapping[str, Write]) -> Call:
    return Call(
        "toy", f"Create{address.kind.title()}", {"Name": address.last, **{k: dict(w.block) for k, w in writes.items()}}
    )


def _delete(address: Address, scope: Scope) -> tuple[Call, ...]:
    return (Call("toy", f"Delete{address.kind.title()}", {"Name": address.last}),)


def _tags(address: Address, scope: Scope, put: Mapping[str, str], drop: tuple[str, ...]) -> tuple[Call, ...]:
    return (Call("toy", "Tag", {"Name": address.last, "Set": dict(put), "Drop": list(drop)}),)


def _read(wants, scope):
    yield ()
    return Reading({})


def _off_stops(before, after, world, address):
    return f"mail through {address.last} stops" if before and not after else None


BOX = Kind(
    "box",
    ("boxes.*",),
    (
        Field("size", "dims", "Size", default=1),
        Field("colours", "dims", "Paint.Colours", default=[], compare=Compare.SET),
        Field("on", "power", "On", default=True, stops=_off_stops),
        Field("twin", "link", "Twin", ref="box"),
        Field("host", "site", "Host", notice=lambda b, a, w, x: "the host hears of it"),
        Field("rule", "rule", "Rule", compare=Compare.POLICY),
        Field("mode", "mode", "Mode", created_as="NEW"),
        Field("tags.*", "tags"),
    ),
    (
        Facet("dims", _put("PutDims"), in_create=True, volatile=frozenset({"Stamp"})),
        Facet("power", _put("PutPower"), in_create=True),
        Facet("link", _put("PutLink"), in_create=True),
        Facet(
            "site",
            _put("PutSite"),
            in_create=True,
            needs=lambda w: [Need(condition=Condition(HOST, f"waits for {HOST}", "verify it"))],
        ),
        Facet("rule", _put("PutRule")),
        Facet("mode", _put("PutMode"), in_create=True),
        Facet("tags", _put("PutTags"), in_create=True),
    ),
    read=_read,
    create=_create,
    delete=_delete,
    arn=lambda address, scope: f"arn:toy:{address.last}",
    tag_calls=_tags,
    read_tags=lambda address, scope: Call("toy", "ReadTags", {"Name": address.last}),
    tags_in=lambda answer: answer["Tags"],
    delete_stops=lambda live, world: (
        "mail stops" if live and live.conditions.get("verification") == "SUCCESS" else None
    ),
)
LID = Kind(
    "lid",
    ("boxes.*.lids.*",),
    (
        Field("type", "lid", "Type", default="flat"),
        Field("tight", "lid", "Tight", nullable=False),
        Field("fits", "lid", "Fits", ref="box"),
    ),
    (Facet("lid", _put("PutLid"), in_create=True),),
    read=_read,
    create=_create,
    delete=_delete,
    parents=("box",),
    required_on_create=("tight",),
    replace_when=lambda before, after: "no lid for a moment" if before["type"] != after["type"] else None,
)
DIAL = Kind(
    "dial",
    ("dial",),
    (Field("at", "dial", "At", ref="box"),),
    (Facet("dial", _put("SetDial")),),
    read=_read,
    account_wide=True,
)


def _never(scope):
    yield ()
    return {}


def _hosts(identity: str) -> tuple[Address, ...]:
    return (box(identity),)


REGISTRY = Registry({"box": BOX, "lid": LID, "dial": DIAL}, _never, lambda identity, scope: _never(scope), _hosts)


def wanted(address: Address, line: int = 1, refs=(), previous=None, **fields) -> Wanted:
    """A wanted thing; in keyword names two underscores stand for a dot."""
    flat = {key.replace("__", "."): value for key, value in fields.items()}
    return Wanted(address, flat, {"": Location("spec.yaml", line)}, tuple(refs), previous)


def live(address: Address, status: str | None = None, **blocks) -> Live:
    """A live thing with every facet read; a block that is not given is empty."""
    kind = REGISTRY.kinds[address.kind]
    held = {
        one.name: Block(blocks.get(one.name, {})) if isinstance(blocks.get(one.name, {}), dict) else blocks[one.name]
        for one in kind.facets
    }
    return Live(address, held, {"verification": status} if status else {})


def state(*things: Live, absent=(), owners=None, extra=(), **known) -> LiveState:
    found: dict = {one.address: one for one in things}
    found.update(dict.fromkeys(absent))
    return LiveState(found, tuple(extra), owners or {}, **known)


def plan(
    asked, found: LiveState, leave: Leave | None = None, today: date = TODAY, registry: Registry = REGISTRY
) -> TargetPlan:
    return planner.plan(registry, SCOPE, asked, found, leave or Leave(), today)


LEAVE = Leave(
    (Allow(box("a"), "stop_mail", date(2026, 5, 1)),), (Removal("box/old"),), (Removal("box/let-go"),), {"box": 3}
)


def everything():
    """A plan that has something of all it can have."""
    asked = [
        wanted(box("a"), 3, on=False, size=2, rule={"Statement": []}),
        wanted(box("new"), 4, twin=Ref("box", "a"), refs=[("twin", box("a"))]),
        wanted(box("waits"), 5, host="h"),
        wanted(box("theirs"), 6, size=2),
        wanted(box(HOST), 7),
        wanted(box("dark"), 8, size=2),
        wanted(lid("a", "top"), 9),
    ]
    things = [
        live(box("a"), "SUCCESS", power={"On": True}),
        live(box("waits")),
        live(box("theirs")),
        live(box(HOST), "PENDING"),
        live(box("old")),
        live(box("let-go")),
        live(box("dark"), dims=Unread("denied")),
    ]
    owners = {box(n): "acme" for n in ("a", "waits", "let-go", "left")} | {box("theirs"): "other"}
    found = state(*things, absent=[box("new"), lid("a", "top")], owners=owners, extra=[live(lid("a", "odd"))])
    return plan(asked, found, LEAVE)
