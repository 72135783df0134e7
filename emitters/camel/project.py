"""The project of a route: Maven's layout with routes, properties, library and README."""

from __future__ import annotations

from collections.abc import Sequence

from emitters.camel import library
from emitters.camel.readme import readme
from emitters.camel.routes import Node, described, written
from migrate.contracts import Artefact, Loss
from migrate.model import Integration

VERSION = "4.14.0"
"""The version of Camel that projects are made for, and that the engine runs."""
RESOURCES = "src/main/resources"
DEPENDENCIES = ("main", "yaml-dsl", "core-languages", "timer", "http", "groovy", "health")
"""The parts of Camel that a route needs."""
LOGGER = "2.0.17"

_SHELL = """\
def classes = [{classes}]
new GroovyClassLoader(Thread.currentThread().contextClassLoader)
    .loadClass('python.Shell').getConstructor(List, String).newInstance(classes, 'ü')
"""


def artefacts(
    integration: Integration,
    steps: list[Node],
    code: Sequence[str],
    losses: Sequence[Loss],
    realised: frozenset[str],
) -> tuple[Artefact, ...]:
    """All files of the project; the route realises the steps."""
    classes = library.needed(code)
    texts = {f"{RESOURCES}/python/{name}.groovy": library.source(name) for name in classes}
    if "Flow" in classes:
        kinds = library.kinds([*code, *map(library.source, classes)])
        texts[f"{RESOURCES}/python/Kinds.groovy"] = kinds
    texts |= {
        "README.md": readme(integration, losses, VERSION),
        "pom.xml": pom(integration.id),
        f"{RESOURCES}/application.properties": properties(integration),
    }
    route = written([_beans(classes), _route(integration, steps)])
    path = f"{RESOURCES}/camel/{integration.id}.camel.yaml"
    return (
        Artefact(path, _head(integration) + route, realised),
        *(Artefact(name, text, frozenset()) for name, text in sorted(texts.items())),
    )


def _head(integration: Integration) -> str:
    return "".join(
        f"# Migrated from {' '.join(one.file.split())} (SHA-256 {one.sha256}).\n"
        for one in integration.sources
    )


def _beans(classes: Sequence[str]) -> Node:
    """The bean by which Camel has the library: for expressions, and for what the component http is to keep to."""
    imported = ", ".join(f"'{name}'" for name in classes if name in library.OPEN or name in ("Requests",))
    return {
        "beans": [
            {
                "name": "python",
                "type": "org.apache.camel.language.groovy.GroovyShellFactory",
                "scriptLanguage": "groovy",
                "script": _SHELL.format(classes=imported),
            },
        ]
    }


def _route(integration: Integration, steps: list[Node]) -> Node:
    start = {
        "uri": "timer:start",
        "parameters": {"delay": 0, "repeatCount": 1},
        "steps": steps or [{"stop": {}}],
    }
    return {"route": {"id": integration.id, "description": described(integration.name), "from": start}}


def properties(integration: Integration) -> str:
    """`application.properties`: one run, then the end."""
    return f"""\
camel.main.name = {integration.id}
camel.main.routes-include-pattern = classpath:camel/*.camel.yaml
# The timer fires once; without this line the process stays, for a route with a schedule.
camel.main.duration-max-messages = 1
camel.main.shutdown-timeout = 30
camel.main.auto-configuration-log-summary = false
# Liveness and readiness, as Camel's own health checks say them.
camel.health.enabled = true
camel.health.routes-enabled = true
"""


def pom(name: str) -> str:
    """`pom.xml`: Camel's parts, and how Maven starts the route."""
    parts = "".join(
        _dependency("org.apache.camel", f"camel-{part}", "${camel.version}") for part in DEPENDENCIES
    )
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>migrated</groupId>
  <artifactId>{name.replace("_", "-")}</artifactId>
  <version>1.0.0</version>
  <properties>
    <camel.version>{VERSION}</camel.version>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
{parts}{_dependency("org.slf4j", "slf4j-simple", LOGGER)}  </dependencies>
</project>
"""


def _dependency(group: str, artifact: str, version: str) -> str:
    return (
        f"    <dependency>\n      <groupId>{group}</groupId>\n      <artifactId>{artifact}</artifactId>\n"
        f"      <version>{version}</version>\n    </dependency>\n"
    )
