"""States and territories of the USA. Elsewhere a state or province is what people write."""

from __future__ import annotations

from echo_session.domain.text import tidy

MAX_STATE = 60

STATES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
    "AS": "American Samoa",
    "GU": "Guam",
    "MP": "Northern Mariana Islands",
    "PR": "Puerto Rico",
    "VI": "U.S. Virgin Islands",
}
"""By postal code (USPS Publication 28, appendix B)."""

_CODES = {name.casefold(): code for code, name in STATES.items()}


def state_code(text: str) -> str:
    """The postal code of a state of the USA, given so or by its name; any longer name as it is.

    Raises:
        ValueError: two letters that are none of the codes, or nothing, or too much; with what would be right.
    """
    state = tidy(text)
    if state.upper() in STATES:
        return state.upper()
    if state.casefold() in _CODES:
        return _CODES[state.casefold()]
    if not len("NM") < len(state) <= MAX_STATE:
        raise ValueError(f"{state[:MAX_STATE]!r} is not a state", 'a state such as "NM" or "New Mexico"')
    return state


def same_state(one: str, other: str) -> bool:
    """True where two ways of writing mean the same state."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    try:
        return state_code(text).casefold()
    except ValueError:
        return tidy(text).casefold()
