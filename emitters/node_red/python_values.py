"""The JavaScript library of Python semantics that emitted function nodes use.

The files in `javascript/` are one scope: `source()` joins them to an expression whose value is an object with
the functions in `EXPORTS`. It needs Node 22 and nothing but `Buffer` and `URL`, which function nodes have.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "javascript"
PARTS = (
    "unicode",
    "values",
    "numbers",
    "text",
    "characters",
    "format",
    "collections",
    "changes",
    "json",
    "requests",
    "encoding",
)

EXPORTS = (
    *("type_name", "is_none", "is_boolean", "is_integer", "is_float", "is_string", "is_list", "is_dict"),
    *("dict", "items", "keys", "values", "iterate", "member", "get", "contains", "length", "slice", "lookup"),
    *("with_item", "without_item", "without_key", "with_default"),
    *("appended", "extended", "add_in_place", "updated"),
    *("truth", "equals", "compare"),
    *(
        "add",
        "subtract",
        "multiply",
        "divide",
        "floordiv",
        "modulo",
        "power",
        "negate",
        "absolute",
        "round",
        "floor",
        "ceiling",
    ),
    *("to_int", "to_float", "text", "repr", "ascii"),
    *("concat", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "replace"),
    *("split", "rsplit", "splitlines", "partition", "rpartition", "join"),
    *("startswith", "endswith", "find", "rfind", "index", "rindex", "count"),
    *("lower", "upper", "title", "capitalize", "casefold", "swapcase", "isdigit", "isdecimal", "isnumeric"),
    *("isalpha", "isalnum", "isspace", "isupper", "islower", "isascii"),
    *("format", "ljust", "rjust", "center", "zero_fill"),
    *("quote", "quote_plus", "urlencode", "html_escape", "utf8_text", "base64_text"),
    *("to_dict", "tuple", "copy", "deep_copy", "unpack", "range", "zip", "reversed", "unique"),
    *("all", "any", "maximum", "minimum", "sum", "sorted", "sorted_by"),
    *("parse", "stringify", "json_text"),
    *("quote_url", "append_query", "encode_query", "encode_form", "basic", "header", "headers"),
    *("response_text", "response_json", "response_headers", "links"),
    *("fail",),
)
"""Names of the functions, grouped by file; each is documented where it is defined."""


DOCUMENTS = (
    *("int", "float"),
    *("file_lines", "csv_row", "csv_rows", "csv_records", "csv_cells", "row_item"),
    *("path_join", "pure_path"),
)
"""Names of the functions of `documents.js`, which only flows with documents, files or databases carry, and of what it
needs."""


def source(*, documents: bool = True) -> str:
    """The library as one JavaScript expression, to be put into flow context by an On Start script."""
    names = (*PARTS, *(("documents",) if documents else ()))
    exports = (*EXPORTS, *(DOCUMENTS if documents else ()))
    parts = [(FOLDER / f"{part}.js").read_text(encoding="utf-8").rstrip("\n") for part in names]
    return "(() => {\n" + "\n\n".join(parts) + "\n\nreturn { " + ", ".join(exports) + " };\n})()"
