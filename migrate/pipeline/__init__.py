"""The Python API: audit scripts, emit a platform's configuration, run both sides in the shadow, report.

found = audit(Path("scripts"))
emission = emit(found.extractions[0].integration, "node-red", Path("out"))
run = shadow(script, recording, "node-red", environment)

What is named here is imported where it is used first: an answer that is kept takes none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.pipeline.auditing import Audit, audit, has_extractor, read_script
    from migrate.pipeline.emitting import Emitted, emit, emit_estate, write_emitted
    from migrate.pipeline.files import write_whole
    from migrate.pipeline.flow_pages import flow_page
    from migrate.pipeline.reporting import write_report

__all__ = [
    "Audit",
    "Emitted",
    "audit",
    "emit",
    "emit_estate",
    "flow_page",
    "has_extractor",
    "read_script",
    "write_emitted",
    "write_report",
    "write_whole",
]


def __getattr__(name: str) -> object:
    """One of the names above (PEP 562)."""
    match name:
        case "Audit" | "audit" | "has_extractor" | "read_script":
            from migrate.pipeline import auditing

            return getattr(auditing, name)
        case "Emitted" | "emit" | "emit_estate" | "write_emitted":
            from migrate.pipeline import emitting

            return getattr(emitting, name)
        case "write_whole":
            from migrate.pipeline.files import write_whole

            return write_whole
        case "flow_page":
            from migrate.pipeline.flow_pages import flow_page

            return flow_page
        case "write_report":
            from migrate.pipeline.reporting import write_report

            return write_report
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
