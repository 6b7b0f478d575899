"""botocore's parsers, made to fail in one way: whatever they stumble over is a `ResponseParserError`.

An error whose body is JSON and no object, or a time that is none, is a KeyError or a TypeError to them. To us it is an
answer that cannot be read, like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import Shape
from botocore.parsers import ResponseParserError, ResponseParserFactory


class Parsers(ResponseParserFactory):
    """The component `response_parser_factory` of a botocore session."""

    def create_parser(self, protocol_name: str) -> Any:
        """Make the parser of a protocol."""
        return _Parser(super().create_parser(protocol_name))


class _Parser:
    def __init__(self, parser: Any) -> None:
        self._parser = parser

    def parse(self, response: Mapping[str, Any], shape: Shape) -> Any:
        """Parse an answer.

        Raises:
            ResponseParserError: it cannot be read.

        """
        try:
            return self._parser.parse(response, shape)
        except ResponseParserError:
            raise
        except Exception as error:  # botocore's parsers fail at odd answers in any way that Python has
            message = f"the answer cannot be read ({type(error).__name__}: {error}): {response['body'][:80]!r}"
            raise ResponseParserError(message) from error
