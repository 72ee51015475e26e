"""The table of states."""

from __future__ import annotations

import pytest

from signaling.errors import LocalProtocolError, RemoteProtocolError
from signaling.messages import ErrorCode
from signaling.participant import ASKED, TERMINAL, TRANSITIONS, Input, State, follow


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("state", [s for s in State if s not in TERMINAL])
@pytest.mark.parametrize("happened", list(Input))
def test_an_input_leads_to_its_state_or_says_whose_fault_it_is(state: State, happened: Input) -> None:
    if happened in TRANSITIONS[state]:
        assert follow(state, happened) is TRANSITIONS[state][happened]
    elif happened in ASKED:
        with pytest.raises(RemoteProtocolError) as caught:
            follow(state, happened)
        assert caught.value.code is ErrorCode.OUT_OF_ORDER
        assert caught.value.fatal is (state is State.CONNECTING or happened is Input.HELLO)
    else:
        with pytest.raises(LocalProtocolError):
            follow(state, happened)


@pytest.mark.parametrize("state", [State.LEFT, State.REMOVED])
def test_nothing_leads_out_of_the_end(state: State) -> None:
    assert not TRANSITIONS[state]


def test_every_state_but_the_first_can_be_reached() -> None:
    reached = {after for row in TRANSITIONS.values() for after in row.values()}
    assert reached == set(State) - {State.CONNECTING}


def test_a_refusal_names_what_is_allowed() -> None:
    with pytest.raises(RemoteProtocolError, match="Allowed now: leave, ping"):
        follow(State.LOBBY, Input.PUBLISH)
