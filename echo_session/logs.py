"""Logging: one line an event, JSON off a terminal, and nothing in it that opens a door."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

_SECRETS = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]+"  # a link's token (RFC 7519)
    r"|\b(?:est|whsec)_[\w+/=-]{8,}"  # an API token, a webhook secret
    r"|(?<=#)[\w.-]{20,}"  # the fragment of a link
    r"|(?<=/calendar/)[\w.-]{20,}|(?<=/unsubscribe/)[\w.-]{20,}"  # the path of a feed, of an unsubscription
    r"|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)"  # user and password of a database address
)
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|\b(?!127\.0\.0\.1\b|0\.0\.0\.0\b)(?:\d{1,3}\.){3}\d{1,3}\b"  # an IPv4 address
)


def configure(level: str, *, process: str) -> None:
    """Sends everything the libraries and we log to standard error."""
    on_terminal = sys.stderr.isatty()
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _naming(process),
    ]
    # Plain, since a rich traceback shows local variables, and those hold people's names.
    on_screen = structlog.dev.ConsoleRenderer(colors=True, exception_formatter=structlog.dev.plain_traceback)
    renderer: structlog.types.Processor = on_screen if on_terminal else structlog.processors.JSONRenderer()
    rendering: list[structlog.types.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not on_terminal:
        rendering.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[*rendering, renderer, _scrubbing(personal=level != "debug")]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("apscheduler", "aiosqlite", "alembic", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def scrub(line: str, *, personal: bool) -> str:
    """The line without secrets; where ``personal``, without e-mail and network addresses too."""
    line = _SECRETS.sub("[hidden]", line)
    return _PERSONAL.sub("[hidden]", line) if personal else line


def _scrubbing(*, personal: bool) -> Any:
    def processor(_logger: object, _method: str, line: str) -> str:
        return scrub(line, personal=personal)

    return processor


def _naming(process: str) -> structlog.types.Processor:
    def processor(
        _logger: object, _method: str, event: structlog.types.EventDict
    ) -> structlog.types.EventDict:
        event["process"] = process
        return event

    return processor
