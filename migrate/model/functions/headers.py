"""What client libraries read from the headers of an answer."""

from __future__ import annotations

import re
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.functions.text import require_text

_QUOTES = " '\""


@kernel("requests.links", result="map", total_on=[("text",)])
def _links(header: Any) -> dict[str, dict[str, str]]:
    """`Response.links` of an answer with this header `Link`, an empty text where it has none.

    Maps of texts by the link's relation, or by its address where it has none: `url` and the parameters. A parameter
    without exactly one `=` ends its link; of two links of one relation the last one counts.
    """
    require_text(header)
    found: dict[str, dict[str, str]] = {}
    stripped = header.strip(_QUOTES)
    for part in re.split(", *<", stripped) if stripped else ():
        url, _, parameters = part.partition(";")
        link = {"url": url.strip("<> '\"")}
        for parameter in parameters.split(";"):
            if parameter.count("=") != 1:
                break
            name, _, value = parameter.partition("=")
            link[name.strip(_QUOTES)] = value.strip(_QUOTES)
        # The address can be empty, or overwritten by a parameter of that name.
        found[link.get("rel") or link["url"]] = link
    return found
