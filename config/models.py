"""The settings, one model a concern. Values nobody sets come from ``defaults.toml``.

Environment variables are ``ECHO_SESSION_`` and the path with two underscores between levels, for example
``ECHO_SESSION_HTTP__PORT``. Seconds and minutes are named as such.
"""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

ENV_PREFIX = "ECHO_SESSION_"
FILE_VARIABLE = "ECHO_SESSION_CONFIG"
"""Names the settings file where it is not ``echo-session.toml`` in the working folder."""
DEFAULTS = Path(__file__).parent / "defaults.toml"

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Days = Annotated[float, Field(ge=1, le=36_500)]
Network = Annotated[
    IPv4Network | IPv6Network, PlainValidator(lambda value: ip_network(str(value))), PlainSerializer(str)
]


class Group(BaseModel):
    """Base of every group of settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TlsFiles(Group):
    """A certificate chain and its key, both or neither."""

    tls_certificate: str
    tls_key: str

    @model_validator(mode="after")
    def _both_and_readable(self) -> Self:
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key must be set together")
        for name in (self.tls_certificate, self.tls_key):
            if name and not os.access(name, os.R_OK):
                raise ValueError(f"the file {name} cannot be read")
        return self


class Http(TlsFiles):
    """Where the pages, the API and the signaling socket are served."""

    host: str = Field(min_length=1)
    port: Port
    trusted_proxies: list[Network]
    shutdown_seconds: Seconds

    @property
    def tls(self) -> bool:
        """True where the service speaks https itself."""
        return bool(self.tls_certificate)


class Media(Group):
    """The forwarding engine's sockets and limits."""

    bind: list[str] = Field(min_length=1)
    port: Port
    workers: Annotated[int, Field(ge=1, le=64)]
    spread_above: Annotated[float, Field(ge=0, le=1)]
    public_addresses: list[str]
    egress: Literal["direct", "str0m"]
    estimate: bool
    max_video_slots: Annotated[int, Field(ge=1, le=25)]
    max_people: Annotated[int, Field(ge=2, le=2000)]

    @field_validator("bind", "public_addresses")
    @classmethod
    def _addresses(cls, values: list[str]) -> list[str]:
        return [str(ip_address(value)) for value in values]

    @model_validator(mode="after")
    def _ports_fit(self) -> Self:
        if self.port + self.workers - 1 > 65535:
            raise ValueError(f"port {self.port} leaves no room for {self.workers} workers below 65536")
        return self


class Node(TlsFiles):
    """How control and the media node find each other."""

    unclaimed_seconds: Seconds
    listen: Annotated[str, Field(pattern=r"^(|.+:\d{1,5})$")]
    url: Annotated[str, Field(pattern=r"^(|wss://.+)$")]
    ca: str

    @model_validator(mode="after")
    def _remote_needs_tls(self) -> Self:
        if self.listen and not self.tls_certificate:
            raise ValueError(
                "listen needs tls_certificate and tls_key: a node on the network speaks TLS only"
            )
        return self


class Signaling(Group):
    """Deadlines of the conversation with participants."""

    hello_seconds: Seconds
    heartbeat_seconds: Seconds
    grace_seconds: Seconds
    checkpoint_seconds: Seconds
    allowed_origins: list[str]


class Scheduler(Group):
    """The runner of due work."""

    poll_seconds: Seconds
    lease_seconds: Seconds


class Upkeep(Group):
    """How long the records keep what is done with."""

    every_hours: Annotated[float, Field(gt=0, le=168)]
    event_days: Days
    mail_days: Days
    import_days: Days


class Retention(Group):
    """How long what is known of people is kept; see ``echo_session.domain.erasing``."""

    attendance_days: Days
    device_days: Days
    answer_days: Days
    audit_days: Days


class Webhooks(Group):
    """Deliveries to the scheduling system."""

    retry_scale: Annotated[float, Field(gt=0, le=100)]
    timeout_seconds: Seconds
    poll_seconds: Seconds
    parallel: Annotated[int, Field(ge=1, le=64)]
    allowed_networks: list[Network]
    allow_loopback: bool


class Mail(Group):
    """Mail to people: to a server, or into a folder where none is named."""

    host: str
    port: Port
    tls: Literal["starttls", "implicit", "none"]
    username: str
    password: str
    from_address: Annotated[str, Field(pattern=r"^(|[!-?A-~]+@[!-?A-~]+)$", max_length=254)]
    from_name: Annotated[str, Field(max_length=100)]
    timeout_seconds: Annotated[float, Field(gt=0, le=300)]
    connections: Annotated[int, Field(ge=1, le=20)]
    poll_seconds: Seconds
    retry_scale: Annotated[float, Field(gt=0, le=100)]

    @model_validator(mode="after")
    def _a_server_needs_a_sender(self) -> Self:
        if self.host and not self.from_address:
            raise ValueError("from_address must be set together with host: servers refuse mail from nobody")
        if bool(self.username) != bool(self.password):
            raise ValueError("username and password must be set together")
        return self


class Practice(Group):
    """Limits of the practice room."""

    max_people: Annotated[int, Field(ge=1, le=10)]
    echo_delay_ms: Annotated[int, Field(ge=0, le=10_000)]
    rooms_per_address: Annotated[int, Field(ge=1, le=1000)]
    rooms: Annotated[int, Field(ge=1, le=10_000)]


class IceServer(Group):
    """A TURN or STUN server that browsers are told of, as RTCIceServer."""

    urls: list[str] = Field(min_length=1)
    username: str = ""
    credential: str = ""
    secret: str = ""
    """Shared with a TURN server that checks passing credentials (coturn: ``static-auth-secret``)."""

    @model_validator(mode="after")
    def _one_kind_of_credentials(self) -> Self:
        if self.secret and (self.username or self.credential):
            raise ValueError("secret makes username and credential: set it, or those two, but not both")
        return self


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data: Path
    public_url: str
    database_url: str
    contact: Annotated[str, Field(max_length=200)]
    log_level: Literal["debug", "info", "warning", "error"]
    http: Http
    media: Media
    node: Node
    signaling: Signaling
    scheduler: Scheduler
    upkeep: Upkeep
    retention: Retention
    webhooks: Webhooks
    mail: Mail
    practice: Practice
    ice_servers: list[IceServer] = []

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("public_url")
    @classmethod
    def _origin_only(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path.strip("/")
            or parts.query
        ):
            raise ValueError("must be like https://echo.example.org, without a path")
        return f"{parts.scheme}://{parts.netloc}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the settings file, then the packaged defaults."""
        chosen = Path(os.environ.get(FILE_VARIABLE) or "echo-session.toml")
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=chosen),
            TomlConfigSettingsSource(settings_cls, toml_file=DEFAULTS),
        )

    @property
    def base_url(self) -> str:
        """Scheme, host and port of every link, without a slash at the end."""
        if self.public_url:
            return self.public_url
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.http.host, self.http.host)  # noqa: S104
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"{'https' if self.http.tls else 'http'}://{host}:{self.http.port}"

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'echo-session.db'}"

    @property
    def node_socket(self) -> Path:
        """Unix socket of the local media node."""
        return self.data / "node.sock"

    @property
    def outgoing_mail(self) -> Path:
        """Folder that mail goes to where no server is named."""
        return self.data / "outgoing-mail"

    @property
    def mail_address(self) -> str:
        """From whom mail comes."""
        return self.mail.from_address or f"echo-session@{urlsplit(self.base_url).hostname or 'localhost'}"

    @property
    def links_refused_by_browsers(self) -> bool:
        """True where links are http off loopback: browsers then give neither camera nor microphone."""
        parts = urlsplit(self.base_url)
        host = parts.hostname or ""
        loopback = (
            host == "localhost" or host.startswith("127.") or host == "::1" or host.endswith(".localhost")
        )
        return parts.scheme == "http" and not loopback
