"""`hubshift.yaml`: what people declare for a migration, a section for each part that reads it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from migrate.model.document import DocumentError, validated
from migrate.pipeline.parsing import parse_file
    record: RecordSettings = RecordSettings()
