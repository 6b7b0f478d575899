"""Import jobs: addresses from a file in S3 onto the suppression list, or contacts into a contact list (v2 only).

A document is {destination, source, created, processed, failed, error?}. The work is done when the job is made; what
is shown of it follows the clock: CREATED at first, and done at the next read after `settings.import_takes`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import uuid
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
MOST = {"PUT": 100_000, "DELETE": 10_000}
MOST_CONTACTS = 1_000_000
_URL = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)")

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
    where = _URL.fullmatch(source["S3Url"])
    if where is None:
        raise ServiceError("BadRequestException", "The S3Url must have the form s3://bucket/key.")
    job = str(uuid.uuid4())
    outcome = _import(context, destination, source, context.neighbours.get_object(where["bucket"], where["key"]))
    context.store.put(
        TABLE, job, {"destination": destination, "source": source, "created": stamp(context.now), **outcome}
    )
    return {"JobId": job}


def _import(context: Context, destination: Params, source: Params, content: bytes | None) -> dict[str, Any]:
    """How the job ends: {processed, failed, error?}."""
    if content is None:
        return {"processed": 0, "failed": 0, "error": "Unable to read the S3 object."}
    take, most = _taker(destination)
    try:
        rows = list(_rows(source["DataFormat"], content, destination))
    except (ValueError, OSError, EOFError) as error:
        return {"processed": 0, "failed": 0, "error": f"The file cannot be read: {error}"}
    if len(rows) > most:
        return {"processed": 0, "failed": len(rows), "error": f"The file has more than {most} records."}
    failed = sum(not take(context, row) for row in rows)
    return {"processed": len(rows), "failed": failed}


def _taker(destination: Params) -> tuple[Taker, int]:
    if "SuppressionListDestination" in destination:
        action = destination["SuppressionListDestination"]["SuppressionListImportAction"]
        return (_suppress if action == "PUT" else _free), MOST[action]
    told = destination["ContactListDestination"]
    name, action = told["ContactListName"], told["ContactListImportAction"]
    return (lambda context, row: contacts.import_contact(context, name, row, action)), MOST_CONTACTS


def _suppress(context: Context, row: Row) -> bool:
    address, reason = row.get("emailAddress", ""), row.get("reason")
    if not is_email_address(suppression.normal(address)) or reason not in suppression.REASONS:
        return False
    suppression.add(context, address, reason)
    return True


def _free(context: Context, row: Row) -> bool:
    """SES behaviour, unsure: an address that is not listed is as good as freed."""
    address = row.get("emailAddress", "")
    suppression.drop(context, address)
    return is_email_address(suppression.normal(address))


def _rows(form: str, content: bytes, destination: Params) -> Iterator[Row]:
    """The records of a file, plain or gzipped.

    CSV for the suppression list has no header: `address,REASON`; that for contacts has one. JSON is an object a line.
    """
    text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8-sig")
    if form == "JSON":
        for line in filter(str.strip, text.splitlines()):
            row = json.loads(line)
            yield row if isinstance(row, dict) else {}
    elif "SuppressionListDestination" in destination:
        for cells in filter(None, csv.reader(io.StringIO(text))):
            yield {"emailAddress": cells[0], **({"reason": cells[1].strip()} if len(cells) > 1 else {})}
    else:
        yield from csv.DictReader(io.StringIO(text))


def _shown(context: Context, job: str, document: dict[str, Any]) -> dict[str, Any]:
    ended = context.now >= parse(document["created"]) + context.settings.import_takes
    outcome = "FAILED" if "error" in document else "COMPLETED"
    return {
        "JobId": job,
        "ImportDestination": document["destination"],
        "JobStatus": outcome if ended else "CREATED",
        "CreatedTimestamp": parse(document["created"]),
        "ProcessedRecordsCount": document["processed"] if ended else 0,
        "FailedRecordsCount": document["failed"] if ended else 0,
    }


@operation("sesv2", "GetImportJob")
def get_import_job(context: Context, params: Params) -> Answer:
    """One job."""
    job = params["JobId"]
    document = context.store.get(TABLE, job)
    if document is None:
        raise ServiceError("NotFoundException", f"Import job <{job}> does not exist.", 404)
    shown = {**_shown(context, job, document), "ImportDataSource": document["source"]}
    if shown["JobStatus"] != "CREATED":
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
