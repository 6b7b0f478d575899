"""One refusal, two spellings: the wire code of each API generation.

SES behaviour: v1 codes carry no `Exception` suffix and are always HTTP 400; v2 has a handful of general
codes, of which only `NotFoundException` is a 404.
"""

from __future__ import annotations

from enum import Enum

from sesops.emulator.context import ServiceError


class Door(Enum):
    """The API generation that a request came through."""

    V1 = 0
    V2 = 1


class Refusal(Enum):
    """Why SES says no, as (v1 code, v2 code)."""

    NO_SUCH_SET = ("ConfigurationSetDoesNotExist", "NotFoundException")
    SET_EXISTS = ("ConfigurationSetAlreadyExists", "AlreadyExistsException")
    INVALID_SET = ("InvalidConfigurationSet", "BadRequestException")
    INVALID_TRACKING = ("InvalidTrackingOptions", "BadRequestException")
    NO_SUCH_DESTINATION = ("EventDestinationDoesNotExist", "NotFoundException")
    DESTINATION_EXISTS = ("EventDestinationAlreadyExists", "AlreadyExistsException")
    INVALID_DESTINATION = ("InvalidParameterValue", "BadRequestException")
    INVALID_CLOUDWATCH = ("InvalidCloudWatchDestination", "BadRequestException")
    INVALID_FIREHOSE = ("InvalidFirehoseDestination", "BadRequestException")
    INVALID_SNS = ("InvalidSNSDestination", "BadRequestException")
    LIMIT_EXCEEDED = ("LimitExceeded", "LimitExceededException")

    def error(self, door: Door, message: str) -> ServiceError:
        """The error to raise, in the spelling of `door`."""
        code = self.value[door.value]
        return ServiceError(code, message, 404 if code == "NotFoundException" else 400)
