"""What each kernel function becomes in a function node, and on which values the run ends with an error instead.

Every function is a helper of the library that the flow carries (`javascript/`): JavaScript's own operators and
methods agree with the kernel on no type. A function that is not in the table is a loss.
"""

from __future__ import annotations

from emitters._lowering import Lowering
from emitters.node_red import patterns

SURROGATE = "half a surrogate pair in a text"
UNICODE = "characters that versions of Unicode know differently, half a surrogate pair"
KEYS = "booleans, floats without fraction and nan as keys"
NAN = "nan within a list or map"
ORDER = "an object that has lost the order of its keys"
HUGE = "a result of more than 100 million items"
DIGITS = "digits that are not ASCII"
FORMAT = (
    "widths above a million, precisions above 1000, precisions of a character, "
    f"{DIGITS}, half a surrogate pair in a text"
)
PADDING = f"a padding of more than a million characters, {SURROGATE}"
DEEP = "more than 900 levels of nesting"
PATTERNS = (
    "patterns that JavaScript has no exact counterpart of (a loss where the flow is made), characters that versions of "
    "Unicode know differently, the case of letters that are not ASCII, characters beyond U+FFFF where a pattern looks "
    "back, half a surrogate pair in a text"
)
LOCAL = (
    "local times near a change of the clocks, or outside of the years 1971 to 2036 in a zone other than UTC"
)
ISO = "the forms of ISO 8601 but `2024-01-31T12:30:00.5+01:00` and what is left of it without its later parts"
DOUBLES = "an integer that no float holds, nan"


LOWERINGS: dict[str, Lowering] = {
    # bytes and digests
    "python.encode": Lowering("encode"),
    "python.decode": Lowering("decode"),
    "python.hex": Lowering("hex"),
    "python.digest": Lowering("digest"),
    "python.hmac": Lowering("hmac"),
    "python.compare_digest": Lowering("compare_digest"),
    # documents and paths
    "python.json_value": Lowering("json_value", DEEP),
    "python.file_lines": Lowering("file_lines"),
    "python.csv_row": Lowering(
        "csv_row", "line ends in cells, and marks, on which versions of Python differ"
    ),
    "python.csv_rows": Lowering("csv_rows", "marks on which versions of Python differ"),
    "python.csv_records": Lowering("csv_records", "marks on which versions of Python differ"),
    "python.csv_cells": Lowering("csv_cells"),
    "sqlite3.row_item": Lowering("row_item"),
    "python.path_join": Lowering("path_join"),
    "python.pure_path": Lowering("pure_path"),
    # mails
    "email.header_text": Lowering("header_text"),
    "email.address_text": Lowering("address_text"),
    "email.addresses": Lowering("addresses"),
    "email.content": Lowering("mail_content"),
    # truth, types, equality, order
    "not": Lowering("not"),
    "is_null": Lowering("is_none"),
    "identical_type": Lowering("identical_type"),
    "python.truth": Lowering("truth"),
    "python.equals": Lowering("equals", NAN),
    "python.less": Lowering("compare", NAN, given=('"<"',)),
    "python.less_or_equal": Lowering("compare", NAN, given=('"<="',)),
    # parts, lists and maps
    "merge": Lowering("merge"),
    "python.member": Lowering("member"),
    "python.get": Lowering("get"),
    "python.contains": Lowering("contains", f"{NAN}, {SURROGATE}"),
    "python.length": Lowering("length"),
    "python.iterate": Lowering("iterate"),
    "python.error": Lowering("error_value"),
    "python.values": Lowering("values"),
    "python.items": Lowering("items"),
    "python.slice": Lowering("slice"),
    "python.dict": Lowering("to_dict", KEYS),
    "python.with_item": Lowering("with_item", KEYS),
    "python.without_item": Lowering("without_item"),
    "python.without_key": Lowering("without_key"),
    "python.with_default": Lowering("with_default", KEYS),
    "python.appended": Lowering("appended"),
    "python.extended": Lowering("extended"),
    "python.add_in_place": Lowering("add_in_place", SURROGATE),
    "python.updated": Lowering("updated", KEYS),
    "python.tuple": Lowering("tuple"),
    "python.copy": Lowering("copy"),
    "python.deep_copy": Lowering("deep_copy"),
    "python.unpack": Lowering("unpack"),
    "python.range": Lowering("range", "a range of more than 10 million numbers"),
    "python.zip": Lowering("zip"),
    "python.reversed": Lowering("reversed"),
    "python.unique": Lowering("unique", "nan twice"),
    "python.all": Lowering("all"),
    "python.any": Lowering("any"),
    "python.maximum": Lowering("maximum", NAN),
    "python.minimum": Lowering("minimum", NAN),
    "python.sorted": Lowering("sorted", "nan among what is sorted"),
    "python.sorted_by": Lowering("sorted_by", "nan among the keys"),
    "python.sum": Lowering("sum", SURROGATE),
    # numbers
    "python.add": Lowering("add", SURROGATE),
    "python.subtract": Lowering("subtract"),
    "python.multiply": Lowering("multiply", HUGE),
    "python.divide": Lowering("divide", "the quotient of two huge integers that is too small to round"),
    "python.floor_divide": Lowering("floordiv"),
    "python.modulo": Lowering("modulo", FORMAT),
    "python.power": Lowering(
        "power", "powers of floats, negative exponents, integers of more than 10 million bits"
    ),
    "python.negate": Lowering("negate"),
    "python.round": Lowering("round", "an integer to more than 5000 places before the point"),
    "python.absolute": Lowering("absolute"),
    "python.floor": Lowering("floor"),
    "python.ceiling": Lowering("ceiling"),
    "python.integer": Lowering("to_int", DIGITS),
    "python.float": Lowering("to_float", DIGITS),
    "argparse.int": Lowering("argument_int", DIGITS),
    "argparse.float": Lowering("argument_float", DIGITS),
    # regular expressions, whose patterns `patterns` writes anew
    **{f"re.{name}": Lowering(f"re_{name}", PATTERNS) for name in sorted(patterns.SEARCHES)},
    "re.group": Lowering("re_group"),
    # text
    "concat": Lowering("concat", SURROGATE),
    "python.json_text": Lowering("json_text", f"{DEEP}, separators that are no text"),
    "python.text": Lowering("text", UNICODE),
    "python.strip": Lowering("strip", SURROGATE),
    "python.lstrip": Lowering("lstrip", SURROGATE),
    "python.rstrip": Lowering("rstrip", SURROGATE),
    "python.lower": Lowering("lower", UNICODE),
    "python.upper": Lowering("upper", UNICODE),
    "python.title": Lowering("title", UNICODE),
    "python.capitalize": Lowering("capitalize", UNICODE),
    "python.replace": Lowering("replace", SURROGATE),
    "python.split": Lowering("split", SURROGATE),
    "python.starts_with": Lowering("startswith", SURROGATE),
    "python.ends_with": Lowering("endswith", SURROGATE),
    "python.join": Lowering("join", SURROGATE),
    "python.representation": Lowering("repr", UNICODE),
    "python.ascii": Lowering("ascii", UNICODE),
    "python.remove_prefix": Lowering("removeprefix", SURROGATE),
    "python.remove_suffix": Lowering("removesuffix", SURROGATE),
    "python.rsplit": Lowering("rsplit", SURROGATE),
    "python.lines": Lowering("splitlines", SURROGATE),
    "python.partition": Lowering("partition", SURROGATE),
    "python.rpartition": Lowering("rpartition", SURROGATE),
    "python.find": Lowering("find", SURROGATE),
    "python.rfind": Lowering("rfind", SURROGATE),
    "python.index": Lowering("index", f"{NAN}, {SURROGATE}"),
    "python.rindex": Lowering("rindex", SURROGATE),
    "python.count": Lowering("count", f"{NAN}, {SURROGATE}"),
    "python.casefold": Lowering("casefold", UNICODE),
    "python.swapcase": Lowering("swapcase", UNICODE),
    "python.is_digit": Lowering("isdigit", UNICODE),
    "python.is_decimal": Lowering("isdecimal", UNICODE),
    "python.is_numeric": Lowering("isnumeric", f"{UNICODE}, Han characters"),
    "python.is_alpha": Lowering("isalpha", UNICODE),
    "python.is_alphanumeric": Lowering("isalnum", UNICODE),
    "python.is_space": Lowering("isspace", UNICODE),
    "python.is_upper": Lowering("isupper", UNICODE),
    "python.is_lower": Lowering("islower", UNICODE),
    "python.is_ascii": Lowering("isascii", SURROGATE),
    # layout
    "python.format": Lowering("format", FORMAT),
    "python.left_justify": Lowering("ljust", PADDING),
    "python.right_justify": Lowering("rjust", PADDING),
    "python.center": Lowering("center", PADDING),
    "python.zero_fill": Lowering("zero_fill", PADDING),
    # dates and times
    "python.datetime": Lowering("new_datetime"),
    "python.date": Lowering("new_date"),
    "python.timedelta": Lowering("new_timedelta"),
    "python.aware": Lowering("aware"),
    "python.naive": Lowering("naive"),
    "python.at_offset": Lowering("at_offset", LOCAL),
    "python.iso_datetime": Lowering("iso_datetime", ISO),
    "python.iso_date": Lowering("iso_date", ISO),
    "python.parse_time": Lowering("parse_time", "texts that are not ASCII, directives that are there twice"),
    "python.format_time": Lowering("format_time", "years before 1000, layouts that are not ASCII"),
    "python.iso_text": Lowering("iso_text"),
    "python.timestamp": Lowering("timestamp", LOCAL),
    "python.utc_from_timestamp": Lowering("utc_from_timestamp", "years that no integer of C holds"),
    "python.local_from_timestamp": Lowering("local_from_timestamp", LOCAL),
    "python.date_of": Lowering("date_of"),
    "python.time_field": Lowering("time_field"),
    "python.total_seconds": Lowering("total_seconds"),
    "python.with_fields": Lowering("with_fields"),
    "python.weekday": Lowering("weekday"),
    "python.iso_weekday": Lowering("iso_weekday"),
    "python.times_as_text": Lowering("times_as_text"),
    # notations of the web
    "python.quote": Lowering("quote", "safe characters that are a list or map"),
    "python.quote_plus": Lowering("quote_plus", "safe characters that are a list or map"),
    "python.form_text": Lowering("urlencode", UNICODE),
    "python.html_escape": Lowering("html_escape"),
    "python.utf8_text": Lowering("utf8_text"),
    "python.base64_text": Lowering("base64_text"),
    "requests.links": Lowering("links", SURROGATE),
    # jq and bash
    "jq.field": Lowering("jq_field"),
    "jq.each": Lowering("jq_each"),
    "jq.length": Lowering("jq_length", DOUBLES),
    "jq.equals": Lowering("jq_equals", DOUBLES),
    "jq.alternative": Lowering("jq_alternative"),
    "jq.add": Lowering("jq_add", f"{DOUBLES}, {SURROGATE}"),
    "jq.ascii_downcase": Lowering("jq_ascii_downcase"),
    "jq.gsub": Lowering("jq_gsub", f"regular expressions on which engines may differ, {SURROGATE}"),
    "jq.sort_by": Lowering("jq_sort_by", DOUBLES),
    "jq.unique": Lowering("jq_unique", DOUBLES),
    "jq-1.6.json_value": Lowering("jq_json_value", "a text that is not one JSON document of RFC 8259"),
    "jq-1.6.json_text": Lowering("jq_json_text", f"{DOUBLES}, {SURROGATE}, more than 200 levels of nesting"),
    "jq-1.6.tostring": Lowering("jq_tostring", f"{DOUBLES}, {SURROGATE}, more than 200 levels of nesting"),
    "jq-1.6.raw_text": Lowering("jq_raw_text", f"{DOUBLES}, {SURROGATE}, more than 200 levels of nesting"),
    "bash.read_lines": Lowering("bash_read_lines"),
}
