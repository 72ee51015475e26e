"""How settings are read, which source wins, and what is said about wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import SettingsError, load_settings, unknown_variables


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_packaged_defaults_are_complete() -> None:
    settings = load_settings()
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.media.port == 40000
    assert settings.data == Path.cwd() / "data"
    assert settings.database == f"sqlite+aiosqlite:///{Path.cwd()}/data/echo-session.db"


def test_settings_file_changes_one_value_of_a_group_and_keeps_the_others(tmp_path: Path) -> None:
    (tmp_path / "echo-session.toml").write_text("[http]\nport = 9000\n")
    settings = load_settings()
    assert (settings.http.port, settings.http.host) == (9000, "127.0.0.1")


def test_environment_wins_over_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "echo-session.toml").write_text("[http]\nport = 9000\n")
    monkeypatch.setenv("ECHO_SESSION_HTTP__PORT", "9001")
    assert load_settings().http.port == 9001


def test_every_wrong_setting_gets_a_line_that_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHO_SESSION_HTTP__PORT", "77777")
    monkeypatch.setenv("ECHO_SESSION_WEBHOOKS__ALLOWED_NETWORKS", '["hospital"]')
    with pytest.raises(SettingsError) as caught:
        load_settings()
    port, network = caught.value.lines
    assert "http.port = '77777'" in port
    assert "ECHO_SESSION_HTTP__PORT" in port
    assert "webhooks.allowed_networks.0 = 'hospital'" in network


def test_unknown_setting_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "echo-session.toml").write_text("[http]\nprot = 9000\n")
    with pytest.raises(SettingsError, match=r"http\.prot"):
        load_settings()


def test_broken_settings_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "echo-session.toml").write_text("[http\n")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings()


def test_missing_settings_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHO_SESSION_CONFIG", "elsewhere.toml")
    with pytest.raises(SettingsError, match=r"no file elsewhere\.toml"):
        load_settings()


def test_list_that_is_not_json_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHO_SESSION_MEDIA__BIND", "0.0.0.0")
    with pytest.raises(SettingsError, match="written as JSON"):
        load_settings()


def test_misspelt_variables_are_found() -> None:
    names = {"ECHO_SESSION_HTPP__PORT": "1", "ECHO_SESSION_HTTP__PORT": "1", "ECHO_SESSION_CONFIG": "x"}
    assert unknown_variables(names) == ["ECHO_SESSION_HTPP__PORT"]


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("http://127.0.0.1:8080", False),
        ("http://localhost:8080", False),
        ("https://echo.example.org", False),
        ("http://echo.example.org", True),
        ("http://192.168.1.7:8080", True),
    ],
)
def test_plain_http_links_off_loopback_are_recognised(address: str, refused: bool) -> None:
    assert load_settings(public_url=address).links_refused_by_browsers is refused


def test_certificate_without_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="set together"):
        load_settings(http={"tls_certificate": str(tmp_path / "a.pem")})


def test_a_relay_has_a_secret_or_a_fixed_password_and_not_both() -> None:
    urls = ["turn:turn.example.org"]
    assert load_settings(ice_servers=[{"urls": urls, "secret": "s"}]).ice_servers[0].secret == "s"
    with pytest.raises(SettingsError, match="not both"):
        load_settings(ice_servers=[{"urls": urls, "secret": "s", "username": "u"}])


def test_workers_must_fit_below_the_last_port() -> None:
    with pytest.raises(SettingsError, match="no room for 4 workers"):
        load_settings(media={"port": 65534, "workers": 4})
