"""The Python API: audit scripts, emit a platform's configuration, run both sides in the shadow, report.

found = audit(Path("scripts"))
emission = emit(found.extractions[0].integration, "node-red", Path("out"))
run = shadow(script, recording, "node-red", environment)
"""

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
