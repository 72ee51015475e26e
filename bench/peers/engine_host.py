"""The engine in a process of its own: calls in on standard input, replies out on standard output.

``python -m bench.peers.engine_host ADDRESS [EGRESS]``. A line in is ``{"id", "call", "argument"}``, a line
out ``{"id", "result" | "error"}``. As in the service, offers are answered in threads beside the event loop's
and everything else at once. It ends with its input.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from echo_session._media import Engine
from echo_session.media.commands import OFFER_THREADS, give_way_to_media


def egress_kinds() -> list[str]:
    """The kinds of egress that the installed engine can be told to use; empty if it has but one."""
    return ["direct", "str0m"] if "egress" in (getattr(Engine, "__text_signature__", None) or "") else []


def main() -> None:
    """Serves until standard input ends."""
    address, *kinds = sys.argv[1:]
    chosen: dict[str, Any] = {"egress": kinds[0]} if kinds else {}
    engine = Engine(bind=[address], port=0, workers=1, public_addresses=[], **chosen)
    writing = Lock()

    def carry_out(identifier: int, call: str, argument: str | None) -> None:
        try:
            result = getattr(engine, call)(*([] if argument is None else [argument]))
            reply = {"id": identifier, "result": result}
        except Exception as error:
            reply = {"id": identifier, "error": repr(error)}
        engine.take_events()
        with writing:
            print(json.dumps(reply), flush=True)

    with ThreadPoolExecutor(OFFER_THREADS, initializer=give_way_to_media) as offers:
        print(json.dumps({"id": 0, "result": None}), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            call = (request["id"], request["call"], request["argument"])
            if request["call"] == "add_peer":
                offers.submit(carry_out, *call)
            else:
                carry_out(*call)
    engine.close()


if __name__ == "__main__":
    main()
