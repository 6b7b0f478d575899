"""Multi-region endpoints (v2 only). A document is {id, region, created, deleted?, tags}; `region` is the second one.

SES behaviour: made from the primary region, in a few minutes, and gone some time after its deletion.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.tags import checked_tags, taggable
from sesops.emulator.paging import LARGEST_PAGE, answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = "multi_region_endpoint"
DEFAULT_PAGE = 100
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d")

Document = dict[str, Any]


def _find(context: Context, name: str) -> Document | None:
    """The endpoint of that name; one whose deletion is over is not there."""
    document = context.store.get(TABLE, name)
    return None if document is None or _status(context, document) is None else document


def _load(context: Context, name: str) -> Document:
    document = _find(context, name)
    if document is None:
        raise ServiceError("NotFoundException", f"Multi-region endpoint {name} does not exist.", 404)
    return document


def _status(context: Context, document: Document) -> str | None:
    """CREATING, then READY; after the deletion DELETING, then None."""
    takes = context.settings.endpoint_takes
    if "deleted" in document:
        return "DELETING" if context.now < parse(document["deleted"]) + takes else None
    return "CREATING" if context.now < parse(document["created"]) + takes else "READY"


# One whose deletion is over is under no name.
taggable("multi-region-endpoint", "MultiRegionEndpoint", lambda context, name: name if _find(context, name) else "")


@operation("sesv2", "CreateMultiRegionEndpoint")
def create_multi_region_endpoint(context: Context, params: Params) -> Answer:
    """Begin to make an endpoint of this region and one other."""
    name = params["EndpointName"]
    tags = checked_tags(params.get("Tags", []))
    region = _secondary_region(context, params)
    if _find(context, name) is not None:
        raise ServiceError("AlreadyExistsException", f"Multi-region endpoint {name} already exists.")
    document = {"id": f"{uuid.uuid4().hex[:10]}.{uuid.uuid4().hex[:3]}", "region": region, "tags": tags}
    document["created"] = stamp(context.now)
    context.store.put(TABLE, name, document)
    return {"Status": "CREATING", "EndpointId": document["id"]}


def _secondary_region(context: Context, params: Params) -> str:
    """The one other region. SES behaviour, unsure: the texts."""
    routes = params["Details"]["RoutesDetails"]
    if len(routes) != 1:
        raise ServiceError("BadRequestException", "RoutesDetails must contain exactly one route.")
    region: str = routes[0]["Region"]
    if not _REGION.fullmatch(region) or region == context.region:
        raise ServiceError("BadRequestException", f"Invalid secondary region {region}.")
    return region


def _shown(context: Context, name: str, document: Document) -> Answer:
    return {
        "EndpointName": name,
        "EndpointId": document["id"],
        "Status": _status(context, document),
        "CreatedTimestamp": parse(document["created"]),
        "LastUpdatedTimestamp": _changed(context, document),
    }


def _changed(context: Context, document: Document) -> datetime:
    """When the status was last another."""
    if "deleted" in document:
        return parse(document["deleted"])
    created = parse(document["created"])
    return created if _status(context, document) == "CREATING" else created + context.settings.endpoint_takes


def _regions(context: Context, document: Document) -> list[str]:
    return [context.region, document["region"]]


@operation("sesv2", "GetMultiRegionEndpoint")
def get_multi_region_endpoint(context: Context, params: Params) -> Answer:
    """One endpoint with its routes."""
    document = _load(context, params["EndpointName"])
    routes = [{"Region": region} for region in _regions(context, document)]
    return {**_shown(context, params["EndpointName"], document), "Routes": routes}


@operation("sesv2", "ListMultiRegionEndpoints")
def list_multi_region_endpoints(context: Context, params: Params) -> Answer:
    """All endpoints with their regions."""
    shown = [
        {**_shown(context, name, document), "Regions": _regions(context, document)}
        for name, document in context.store.items(TABLE)
        if _status(context, document) is not None
    ]
    listing = "multi-region endpoints"
    return answer_page(context, listing, shown, params, "MultiRegionEndpoints", DEFAULT_PAGE, LARGEST_PAGE)


@operation("sesv2", "DeleteMultiRegionEndpoint")
def delete_multi_region_endpoint(context: Context, params: Params) -> Answer:
    """Begin to delete an endpoint. SES behaviour, unsure: asking again changes nothing."""
    document = _load(context, params["EndpointName"])
    if "deleted" not in document:
        context.store.put(TABLE, params["EndpointName"], {**document, "tags": {}, "deleted": stamp(context.now)})
    return {"Status": "DELETING"}
