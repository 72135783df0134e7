"""What each kernel function becomes in a Groovy expression, and on which values the run ends with an error instead.

Every function is one of the library that the project carries (`groovy/`): Groovy's own operators and methods agree with
the kernel on no type. A function that is not in the table is a loss; so is `python.integer` with a base.
"""

from __future__ import annotations

from emitters._lowering import Lowering

SURROGATE = "half a surrogate pair in a text"
UNICODE = "characters that versions of Unicode know differently, half a surrogate pair"
KEYS = "booleans, floats without fraction and nan as keys"
NAN = "nan within a list or map"
DIGITS = "digits that are not ASCII"
BYTES = "bytes"
FORMAT = (
    f"widths above a million, precisions above 1000, precisions of a character, {DIGITS}, {UNICODE}, bytes"
)
DEEP = "more than 900 levels of nesting"


LOWERINGS: dict[str, Lowering] = {
    # documents
    "python.json_value": Lowering("jsonValue", DEEP),
    "python.json_text": Lowering("jsonText", f"{DEEP}, separators that are no text"),
    # truth, types, equality, order
    "not": Lowering("negated"),
    "is_null": Lowering("isNone"),
    "identical_type": Lowering("identicalType"),
    "python.truth": Lowering("truth"),
    "python.equals": Lowering("equal", NAN),
    "python.less": Lowering("less", NAN),
    "python.less_or_equal": Lowering("lessOrEqual", NAN),
    # parts, lists and maps
    "merge": Lowering("merge"),
    "python.member": Lowering("member", f"{KEYS}, {BYTES}"),
    "python.get": Lowering("get", KEYS),
    "python.contains": Lowering("contains", f"{KEYS}, {NAN}, {SURROGATE}"),
    "python.length": Lowering("length"),
    "python.iterate": Lowering("iterate", BYTES),
    "python.values": Lowering("values"),
    "python.items": Lowering("items"),
    "python.slice": Lowering("slice", BYTES),
    "python.dict": Lowering("toMap", f"{KEYS}, {BYTES}"),
    "python.with_item": Lowering("withItem", KEYS),
    "python.without_item": Lowering("withoutItem", KEYS),
    "python.without_key": Lowering("withoutKey", KEYS),
    "python.with_default": Lowering("withDefault", KEYS),
    "python.appended": Lowering("appended"),
    "python.extended": Lowering("extended", BYTES),
    "python.add_in_place": Lowering("addInPlace", f"{SURROGATE}, {BYTES}"),
    "python.updated": Lowering("updated", f"{KEYS}, {BYTES}"),
    "python.tuple": Lowering("tuple"),
    "python.copy": Lowering("copy"),
    "python.deep_copy": Lowering("deepCopy"),
    "python.unpack": Lowering("unpack", BYTES),
    "python.range": Lowering("range", "a range of more than 8 million numbers"),
    "python.zip": Lowering("zip", BYTES),
    "python.reversed": Lowering("reversed", BYTES),
    "python.all": Lowering("all", BYTES),
    "python.any": Lowering("any", BYTES),
    "python.maximum": Lowering("maximum", f"{NAN}, {BYTES}"),
    "python.minimum": Lowering("minimum", f"{NAN}, {BYTES}"),
    "python.sorted": Lowering("sorted", f"nan among what is sorted, {BYTES}"),
    "python.sorted_by": Lowering("sortedBy", "nan among the keys"),
    "python.sum": Lowering("sum", f"{SURROGATE}, {BYTES}"),
    # numbers
    "python.add": Lowering("add", f"{SURROGATE}, {BYTES}"),
    "python.subtract": Lowering("subtract"),
    "python.multiply": Lowering("multiply", f"a result of more than 100 million items, {BYTES}"),
    "python.divide": Lowering("divide", "the quotient of two huge integers that is too small to round"),
    "python.floor_divide": Lowering("floorDivide"),
    "python.modulo": Lowering("modulo", FORMAT),
    "python.power": Lowering(
        "power", "powers of floats, negative exponents, integers of more than 8 million bits"
    ),
    "python.negate": Lowering("negate"),
    "python.round": Lowering("round", "an integer to more than 5000 places before the point"),
    "python.absolute": Lowering("absolute"),
    "python.floor": Lowering("floor"),
    "python.ceiling": Lowering("ceiling"),
    "python.integer": Lowering("toInt", f"a base (a loss where the flow is made), {DIGITS}, {BYTES}"),
    "python.float": Lowering("toFloat", f"{DIGITS}, {BYTES}"),
    # text
    "concat": Lowering("concat", SURROGATE),
    "python.text": Lowering("text", f"{UNICODE}, {BYTES}"),
    "python.representation": Lowering("representation", f"{UNICODE}, {BYTES}"),
    "python.ascii": Lowering("ascii", f"{UNICODE}, {BYTES}"),
    "python.strip": Lowering("strip", SURROGATE),
    "python.lstrip": Lowering("lstrip", SURROGATE),
    "python.rstrip": Lowering("rstrip", SURROGATE),
    "python.lower": Lowering("lower", f"{UNICODE}, a Greek sigma"),
    "python.upper": Lowering("upper", UNICODE),
    "python.replace": Lowering("replace", SURROGATE),
    "python.split": Lowering("split", SURROGATE),
    "python.rsplit": Lowering("rsplit", SURROGATE),
    "python.starts_with": Lowering("startsWith", SURROGATE),
    "python.ends_with": Lowering("endsWith", SURROGATE),
    "python.remove_prefix": Lowering("removePrefix", SURROGATE),
    "python.remove_suffix": Lowering("removeSuffix", SURROGATE),
    "python.partition": Lowering("partition", SURROGATE),
    "python.rpartition": Lowering("rpartition", SURROGATE),
    "python.join": Lowering("join", f"{SURROGATE}, {BYTES}"),
    # layout
    "python.format": Lowering("format", FORMAT),
}
