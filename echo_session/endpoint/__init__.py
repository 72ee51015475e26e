"""A headless participant on aiortc: a room kit, a check of the line, a peer for our own tests."""

from echo_session.endpoint.errors import EndpointError
from echo_session.endpoint.report import Report
from echo_session.endpoint.run import run_endpoint
from echo_session.endpoint.session import Endpoint, Guest

__all__ = ["Endpoint", "EndpointError", "Guest", "Report", "run_endpoint"]
