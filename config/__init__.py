"""Settings of the service: models, packaged defaults and how they are read."""

from config.errors import ConfigError, SettingsError
from config.loading import load_settings, unknown_variables
from config.models import Settings

__all__ = ["ConfigError", "Settings", "SettingsError", "load_settings", "unknown_variables"]
