"""The journal: the accepted writes to moto's services, in the state file, made again wherever the file is opened.

moto's objects cannot be kept in a file without pickle. But the same requests with the same seeds make the same objects
with the same ids, so the requests are kept. Dates that moto puts on what it makes are those of the replay. With the
headers of a request stands when it came, by the emulator's clock.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection

from moto.core.request import Request

from sesops.emulator.store import parse, read_json, stamp

_KEPT_HEADERS = re.compile(
    r"content-type|content-md5|content-encoding|if-.*|range|x-amz-(?!security-token|date).*", re.IGNORECASE
)
_AT = ":at"  # no header's name
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One request to a service that is not ours. Signature and session token are not part of it."""

    account: str
    region: str
    service: str
    access_key: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    def request(self) -> Request:
        """The request as moto reads it: region and key from the signature, the account from a header of moto's own."""
        credential = f"{self.access_key or 'emulator'}/20200101/{self.region}/{self.service}/aws4_request"
        signature = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
        headers = {**self.headers, "Authorization": signature, "x-moto-account-id": self.account}
        return Request.from_primitives(self.method, self.url, headers, self.body)


def kept_headers(request: Request) -> dict[str, str]:
    """The headers of `request` that say what is to be done."""
    return {name: value for name, value in request.headers.items() if _KEPT_HEADERS.fullmatch(name)}


def last_number(connection: Connection) -> int:
    """The number of the latest entry, 0 when there is none."""
    (number,) = connection.execute("SELECT max(number) FROM journal").fetchone()
    return number or 0


def entries_after(connection: Connection, number: int) -> Iterator[tuple[int, datetime, Entry]]:
    """Entries later than `number`, in order, each with its number and when it came."""
    columns = "number, account, region, service, access_key, method, url, headers, body"
    rows = connection.execute(f"SELECT {columns} FROM journal WHERE number > ? ORDER BY number", (number,))  # noqa: S608
    for place, account, region, service, access_key, method, url, kept, body in rows.fetchall():
        headers: dict[str, str] = read_json(kept)
        at = headers.pop(_AT, None)
        entry = Entry(account, region, service, access_key, method, url, headers, body)
        yield place, parse(at) if at else _EVER, entry


def append(connection: Connection, number: int, at: datetime, entry: Entry) -> None:
    """Keep `entry` under `number`."""
    headers = json.dumps({**entry.headers, _AT: stamp(at)})
    row = (number, *dataclasses.astuple(entry)[:6], headers, entry.body)
    connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
