"""Operations that differ in little, described in little."""

from __future__ import annotations

from typing import Any

from echo_session.api.operation import AnyOperation, Nothing, Operation


def operation(
    method: Any, path: str, name: str, summary: str, handler: Any, *, tag: str, **more: Any
) -> AnyOperation:
    """An operation that changes something unless it is a GET, and finds nothing where its path names one.

    Args:
        more: whatever else, or other than that, ``Operation`` takes.
    """
    usual: dict[str, Any] = {
        "body": Nothing,
        "query": Nothing,
        "unit": "read" if method == "GET" else "write",
    }
    if "{" in path:
        usual["problems"] = (404,)
    fields = usual | more
    return Operation(method=method, path=path, name=name, summary=summary, handler=handler, tag=tag, **fields)
