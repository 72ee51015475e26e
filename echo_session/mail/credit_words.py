"""The letter after a session: how long somebody was there, and what they can do with it."""

from __future__ import annotations

from echo_session.domain.mail_material import Learning, Material
from echo_session.domain.text import tidy
from echo_session.domain.times import to_local
from echo_session.domain.us_words import day_words
from echo_session.mail.addresses import Addresses
from echo_session.mail.letter import Button, Letter
from echo_session.mail.when import when

__all__ = ["credit_letter"]

ALONE = "This link is yours alone. Please do not pass it on."


def credit_letter(material: Material, addresses: Addresses) -> Letter:
    """The message, for text and HTML alike."""
    learning, session, program = material.learning, material.session, material.program
    assert learning is not None, "it is about somebody's time"
    assert session is not None, "in a session"
    contact = session.contact or (program.contact if program else "")
    last_day = day_words(to_local(learning.closes_at, material.zone or session.zone))
    unsubscribe = addresses.unsubscribe(learning.person_id, program.id) if program else ""
    what = _what(learning)
    return Letter(
        subject=tidy(f"{_subject(learning)}: {session.title}"),
        preview=learning.sentence,
        kicker=program.name if program and program.name != session.title else "",
        title=session.title,
        greeting=f"Dear {learning.name},",
        paragraphs=(f"Thank you for taking part. {learning.sentence}", f"{what} You have until {last_day}."),
        when=when(session, material.zone),
        button=Button(_button(learning), addresses.learner(session.id, learning.person_id, learning.until)),
        after_button=(ALONE,),
        closing=(f"For help: {contact}",) if contact else (),
        footer=("You get this message because you took part in the session.",),
        unsubscribe=unsubscribe,
        unsubscribe_words=f"Stop mail about {program.name}" if program else "",
    )


def _subject(learning: Learning) -> str:
    if learning.types:
        return "Claim your credit"
    return "Please evaluate" if learning.evaluate else "Your time"


def _button(learning: Learning) -> str:
    if learning.types:
        return "Evaluate and claim" if learning.evaluate else "Claim your credit"
    return "Evaluate the session" if learning.evaluate else "See your time"


def _what(learning: Learning) -> str:
    listed = " and ".join(filter(None, (", ".join(learning.types[:-1]), *learning.types[-1:])))
    if learning.types and learning.evaluate:
        return f"Tell us how the session was, then claim your credit: {listed}."
    if learning.types:
        return f"You can claim your credit: {listed}."
    if learning.evaluate:
        return "Tell us how the session was: it takes a minute."
    return "Your certificate of attendance is on your page." if learning.certificate else "See your time."
