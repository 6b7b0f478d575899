"""Import jobs: addresses from a file in S3 onto the suppression list, or contacts into a contact list (v2 only).

A document is {destination, source, created, processed, failed, error?}. The work is done when the job is made; what
is shown of it follows the clock: CREATED, then PROCESSING, and done at the next read after `settings.import_takes`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import account, contact_lists, contacts, suppression
from sesops.emulator.operations.identity_names import is_email_address
from sesops.emulator.paging import LARGEST_PAGE, answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = "import_job"
DEFAULT_PAGE = 100
RUNNING = 20
MOST = {"PUT": 100_000, "DELETE": 10_000}
MOST_CONTACTS = 1_000_000
_ENDED = ("COMPLETED", "FAILED")
# What a record says, by the types that it may have in JSON. Whatever is left out may also be null.
_TYPES = {"emailAddress": str, "reason": str, "attributesData": str, "unsubscribeAll": bool | str}
_UNREADABLE: Mapping[str, Any] = {}

Row = Mapping[str, Any]
Taker = Callable[[Context, Row], bool]
"""Take a record; False where it cannot be."""


@operation("sesv2", "CreateImportJob")
def create_import_job(context: Context, params: Params) -> Answer:
    """Read the file and do as it says. SES behaviour: not in the sandbox."""
    account.refuse_in_sandbox(context)
    destination, source = params["ImportDestination"], params["ImportDataSource"]
    if len(destination) != 1:
        raise ServiceError("BadRequestException", "ImportDestination must have exactly one destination.")
    contact_list = destination.get("ContactListDestination", {}).get("ContactListName")
    if contact_list is not None and contact_lists.find(context, contact_list) is None:
        raise ServiceError("NotFoundException", f"ContactList <{contact_list}> doesn't exist", 404)
    if sum(_status(context, job) not in _ENDED for _, job in context.store.items(TABLE)) >= RUNNING:
        raise ServiceError("LimitExceededException", f"At most {RUNNING} import jobs run at the same time.")
    job, outcome = str(uuid.uuid4()), _import(context, destination, source)
    context.store.put(
        TABLE, job, {"destination": destination, "source": source, "created": stamp(context.now), **outcome}
    )
    return {"JobId": job}


def _import(context: Context, destination: Params, source: Params) -> dict[str, Any]:
    """How the job ends: {processed, failed, error?}."""
    bucket, _, key = source["S3Url"].removeprefix("s3://").partition("/")
    content = context.neighbours.get_object(bucket, key)
    if content is None:
        return _failure(f"{source['S3Url']} is not there, or its bucket's policy does not let Amazon SES read it.")
    take, most = _taker(destination)
    try:
        rows = list(_rows(source["DataFormat"], _text(content), destination))
    except (ValueError, OSError, EOFError, zlib.error, csv.Error) as error:
        return _failure(f"The file cannot be read: {error}")
    if len(rows) > most:
        return _failure(f"The file has more than {most} records.", failed=len(rows))
    failed = sum(not take(context, row) for row in rows)
    return {"processed": len(rows), "failed": failed}


def _failure(error: str, failed: int = 0) -> dict[str, Any]:
    return {"processed": 0, "failed": failed, "error": error}


def _taker(destination: Params) -> tuple[Taker, int]:
    if "SuppressionListDestination" in destination:
        action = destination["SuppressionListDestination"]["SuppressionListImportAction"]
        return (_suppress if action == "PUT" else _free), MOST[action]
    told = destination["ContactListDestination"]
    name, action = told["ContactListName"], told["ContactListImportAction"]
    return (lambda context, row: contacts.import_contact(context, name, row, action)), MOST_CONTACTS


def _suppress(context: Context, row: Row) -> bool:
    address, reason = row.get("emailAddress") or "", row.get("reason")
    if not is_email_address(suppression.normal(address)) or reason not in suppression.REASONS:
        return False
    suppression.add(context, address, reason)
    return True


def _free(context: Context, row: Row) -> bool:
    """SES behaviour, unsure: an address that is not listed is as good as freed."""
    address = row.get("emailAddress") or ""
    suppression.drop(context, address)
    return is_email_address(suppression.normal(address))


def _text(content: bytes) -> str:
    """The text of a file, plain or gzipped."""
    return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8-sig")


def _rows(form: str, text: str, destination: Params) -> Iterator[Row]:
    """The records of a file; one that makes no sense is empty, and so will fail by itself.

    CSV for the suppression list has no header: `address,REASON`; that for contacts has one. JSON is an object a line.
    """
    lines = io.StringIO(text)
    if form == "JSON":
        yield from map(_json_row, filter(str.strip, lines))
    elif "SuppressionListDestination" in destination:
        for cells in filter(None, csv.reader(lines)):
            yield {"emailAddress": cells[0], **({"reason": cells[1].strip()} if len(cells) > 1 else {})}
    else:
        for row in csv.DictReader(lines):
            # Cells that the header has no name for: attributes with commas that should have been in quotes.
            yield row if None not in row else _UNREADABLE


def _json_row(line: str) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return _UNREADABLE
    return row if isinstance(row, dict) and _has_its_types(row) else _UNREADABLE


def _has_its_types(row: Row) -> bool:
    """Whether the members of a JSON record are of the types that they have; `topicPreferences` is a list of objects."""
    topics = row.get("topicPreferences") or []
    return (
        all(row.get(member) is None or isinstance(row[member], kind) for member, kind in _TYPES.items())
        and isinstance(topics, list)
        and all(
            isinstance(topic, dict)
            and isinstance(topic.get("topicName"), str)
            and isinstance(topic.get("subscriptionStatus"), str)
            for topic in topics
        )
    )


def _status(context: Context, document: Mapping[str, Any]) -> str:
    takes, since = context.settings.import_takes, context.now - parse(document["created"])
    if since >= takes:
        return "FAILED" if "error" in document else "COMPLETED"
    return "CREATED" if 2 * since < takes else "PROCESSING"


def _shown(context: Context, job: str, document: dict[str, Any]) -> dict[str, Any]:
    status = _status(context, document)
    return {
        "JobId": job,
        "ImportDestination": document["destination"],
        "JobStatus": status,
        "CreatedTimestamp": parse(document["created"]),
        "ProcessedRecordsCount": document["processed"] if status in _ENDED else 0,
        "FailedRecordsCount": document["failed"] if status in _ENDED else 0,
    }


@operation("sesv2", "GetImportJob")
def get_import_job(context: Context, params: Params) -> Answer:
    """One job."""
    job = params["JobId"]
    document = context.store.get(TABLE, job)
    if document is None:
        raise ServiceError("NotFoundException", f"Import job <{job}> does not exist.", 404)
    shown = {**_shown(context, job, document), "ImportDataSource": document["source"]}
    if shown["JobStatus"] in _ENDED:
        shown["CompletedTimestamp"] = parse(document["created"]) + context.settings.import_takes
    if shown["JobStatus"] == "FAILED":
        shown["FailureInfo"] = {"ErrorMessage": document["error"]}
    return shown


@operation("sesv2", "ListImportJobs")
def list_import_jobs(context: Context, params: Params) -> Answer:
    """The jobs, the newest first, or those with one sort of destination."""
    account.refuse_in_sandbox(context)
    member = {"SUPPRESSION_LIST": "SuppressionListDestination", "CONTACT_LIST": "ContactListDestination"}
    wanted = member.get(params.get("ImportDestinationType", ""))
    jobs = sorted(context.store.items(TABLE), key=lambda item: item[1]["created"], reverse=True)
    shown = [_shown(context, job, one) for job, one in jobs if wanted is None or wanted in one["destination"]]
    return answer_page(context, f"import jobs {wanted}", shown, params, "ImportJobs", DEFAULT_PAGE, LARGEST_PAGE)
