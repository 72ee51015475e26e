"""Every table. The migrations in ``store/migrations`` make them; a test holds the two together.

Ids are text (see ``domain.ids``), instants are UTC. Rows do not leave the units of work that read them:
repositories hand out the frozen dataclasses of the domain.
"""

from __future__ import annotations

from echo_session.store.access_tables import (
    AccountRow,
    ApiTokenRow,
    AuditRow,
    ConsoleSessionRow,
    IdempotencyRow,
    SignInLinkRow,
)
from echo_session.store.attendance_tables import (
    AttendanceEditionRow,
    AttendanceEventRow,
    AttendanceRecordRow,
    CheckInRow,
    GatheringRow,
    PresenceRow,
)
from echo_session.store.credit_tables import (
    CertificateRow,
    ClaimRow,
    CompletionMarkRow,
    CreditPlanRow,
    CreditTypeRow,
    EvaluationRow,
    PresenterRow,
    SessionCreditRow,
)
from echo_session.store.import_tables import ImportedRow, ImportRow
from echo_session.store.mail_tables import FeedRow, MailingRow, MailRow, UnsubscriptionRow
from echo_session.store.outbox_tables import (
    DeliveryAttemptRow,
    DeliveryRow,
    DueWorkRow,
    EventRow,
    EventStreamRow,
    WebhookEndpointRow,
)
from echo_session.store.people_tables import (
    MergeSuggestionRow,
    PersonContactRow,
    PersonMergeRow,
    PersonRow,
    SearchWordRow,
    SiteRow,
)
from echo_session.store.privacy_tables import ErasureRow, TombstoneRow
from echo_session.store.program_tables import FactRow, NoticeRow, ProgramRow, SeriesPartRow, SeriesRow
from echo_session.store.session_tables import BarredRow, RegistrationRow, SessionRow
from echo_session.store.types import Base

__all__ = [
    "METADATA",
    "AccountRow",
    "ApiTokenRow",
    "AttendanceEditionRow",
    "AttendanceEventRow",
    "AttendanceRecordRow",
    "AuditRow",
    "BarredRow",
    "CertificateRow",
    "CheckInRow",
    "ClaimRow",
    "CompletionMarkRow",
    "ConsoleSessionRow",
    "CreditPlanRow",
    "CreditTypeRow",
    "DeliveryAttemptRow",
    "DeliveryRow",
    "DueWorkRow",
    "ErasureRow",
    "EvaluationRow",
    "EventRow",
    "EventStreamRow",
    "FactRow",
    "FeedRow",
    "GatheringRow",
    "IdempotencyRow",
    "ImportRow",
    "ImportedRow",
    "MailRow",
    "MailingRow",
    "MergeSuggestionRow",
    "NoticeRow",
    "PersonContactRow",
    "PersonMergeRow",
    "PersonRow",
    "PresenceRow",
    "PresenterRow",
    "ProgramRow",
    "RegistrationRow",
    "SearchWordRow",
    "SeriesPartRow",
    "SeriesRow",
    "SessionCreditRow",
    "SessionRow",
    "SignInLinkRow",
    "SiteRow",
    "TombstoneRow",
    "UnsubscriptionRow",
    "WebhookEndpointRow",
]

METADATA = Base.metadata
"""All of the tables."""
