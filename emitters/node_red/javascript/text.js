// Python's str: what str() and repr() print, and the methods. Positions and lengths count code points.

/** str(v) */
function text(v) {
  if (isTime(v)) return v.text();
  return type_name(v) === "str" ? v : repr(v);
}

/** repr(v) */
function repr(v) {
  switch (type_name(v)) {
    case "NoneType": return "None";
    case "bool": return v ? "True" : "False";
    case "int": return intText(v);
    case "float": return Number.isFinite(real(v)) ? floatText(real(v)) : String(real(v)).toLowerCase().replace("infinity", "inf");
    case "str": return quoteRepr(v);
    case "list": return `[${Array.from(v, repr).join(", ")}]`;
    default: return isTime(v) ? v.repr() : `{${items(v).map(([key, each]) => `${repr(key)}: ${repr(each)}`).join(", ")}}`;
  }
}

function intText(v) {
  const figures = String(v);
  return figures.length > 4301 || (figures.length === 4301 && figures[0] !== "-")
    ? fail("ValueError", "Exceeds the limit (4300 digits) for integer string conversion") : figures;
}

/** repr() of a finite float: the shortest digits that read back, as in JavaScript, with Python's layout. */
function floatText(number) {
  const [mantissa, power] = number.toExponential().split("e");
  const sign = negativeZero(number) ? "-" : "";
  const figures = mantissa.replace(/[-.]/g, "");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const point = figures.length > 1 ? `.${figures.slice(1)}` : "";
    return `${sign}${figures[0]}${point}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${figures}`;
  const whole_ = figures.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole_}.${figures.slice(exponent + 1) || "0"}`;
}

function quoteRepr(string) {
  const mark = string.includes("'") && !string.includes('"') ? '"' : "'";
  const short = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [mark]: `\\${mark}` };
  const escaped = [...certain(string)].map((point) => short[point] || (/[\p{C}\p{Z}]/u.test(point) && point !== " " ? escapeRepr(point.codePointAt(0)) : point));
  return mark + escaped.join("") + mark;
}

/** ascii(v) */
const ascii = (v) => [...repr(v)].map((point) => (point.codePointAt(0) < 0x80 ? point : escapeRepr(point.codePointAt(0)))).join("");

function escapeRepr(code) {
  const figures = code.toString(16);
  if (code < 0x100) return `\\x${figures.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${figures.padStart(4, "0")}` : `\\U${figures.padStart(8, "0")}`;
}

function certain(string) {
  return UNCERTAIN.test(string) ? fail("Gap", "a character that versions of Unicode treat differently") : string;
}

/** The receiver of a method: a str, and no half of a surrogate pair in it or in the arguments. */
function receiver(method, string, ...others) {
  if (type_name(string) !== "str") fail("AttributeError", `'${type_name(string)}' object has no attribute '${method}'`);
  for (const other of others) if (type_name(other) !== "str") fail("TypeError", `${method}: expected str, not ${type_name(other)}`);
  for (const each of [string, ...others]) if (!each.isWellFormed()) fail("Gap", "a str with half a surrogate pair");
  return string;
}

/** left + right, refusing to make one character of two halves, which Python would keep apart. */
function glued(left, right) {
  return /[\ud800-\udbff]$/.test(left) && /^[\udc00-\udfff]/.test(right) ? fail("Gap", "a str with half a surrogate pair") : left + right;
}

/** An f-string whose parts are str already. */
function concat(...strings) {
  for (const each of strings) if (type_name(each) !== "str") fail("TypeError", `can only concatenate str (not "${type_name(each)}") to str`);
  return strings.reduce(glued, "");
}

function trimmer(method, left, right) {
  return (string, characters = null) => {
    receiver(method, string, characters === null ? "" : characters);
    const set = characters === null ? null : new Set(characters);
    const spare = (point) => (set ? set.has(point) : SPACE_POINT.test(point));
    const points = [...string];
    let [start, stop] = [0, points.length];
    while (left && start < stop && spare(points[start])) start += 1;
    while (right && start < stop && spare(points[stop - 1])) stop -= 1;
    return points.slice(start, stop).join("");
  };
}

const SPACE_POINT = new RegExp(`^[${SPACE}]$`);
const strip = trimmer("strip", true, true);
const lstrip = trimmer("lstrip", true, false);
const rstrip = trimmer("rstrip", false, true);

const removeprefix = (string, start) => (startswith(string, start) ? string.slice(start.length) : string);
const removesuffix = (string, end) => (endswith(string, end) ? string.slice(0, string.length - end.length) : string);

/** string.replace(old, with_, count); a negative count is all */
function replace(string, old, with_, count = -1) {
  if (isTime(string)) fail("Gap", "replace of a date or time");
  receiver("replace", string, old, with_);
  const limit = sized(count);
  const parts = old === "" ? ["", ...string, ""] : string.split(old);
  if (limit < 0 || limit >= parts.length) return parts.join(with_);
  return parts.slice(0, limit + 1).join(with_) + (limit + 1 < parts.length ? old + parts.slice(limit + 1).join(old) : "");
}

/** string.split(separator, limit); None separates at white space, a negative limit is none */
function split(string, separator = null, limit = -1) {
  receiver("split", string);
  const most = sized(limit);
  receiver("split", string, separator === null ? "" : separator);
  if (separator === "") fail("ValueError", "empty separator");
  const parts = [];
  const next = separator === null ? SPACES : null;
  let rest = separator === null ? lstrip(string) : string;
  while (separator !== null || rest !== "") {
    const found = next ? next.exec(rest) : null;
    const at = next ? (found ? found.index : -1) : rest.indexOf(separator);
    if (at < 0 || (most >= 0 && parts.length >= most)) return [...parts, rest];
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + (next ? found[0].length : separator.length));
  }
  return parts;
}

const SPACES = new RegExp(`[${SPACE}]+`);
const LAST_SPACES = new RegExp(`[${SPACE}]+(?=[^${SPACE}]*$)`);

/** string.rsplit(separator, limit): as split, from the end */
function rsplit(string, separator = null, limit = -1) {
  receiver("rsplit", string);
  const most = sized(limit);
  receiver("rsplit", string, separator === null ? "" : separator);
  if (separator === "") fail("ValueError", "empty separator");
  const parts = [];
  let rest = separator === null ? rstrip(string) : string;
  while (separator !== null || rest !== "") {
    const found = separator === null ? LAST_SPACES.exec(rest) : null;
    const at = separator === null ? (found ? found.index : -1) : rest.lastIndexOf(separator);
    if (at < 0 || (most >= 0 && parts.length >= most)) return [rest, ...parts];
    parts.unshift(rest.slice(at + (found ? found[0].length : separator.length)));
    rest = rest.slice(0, at);
  }
  return parts;
}

/** string.splitlines(keep) */
function splitlines(string, keep = false) {
  receiver("splitlines", string);
  if (!is_integer(keep)) fail("TypeError", `'${type_name(keep)}' object cannot be interpreted as an integer`);
  if (whole(keep) !== BigInt.asIntN(32, whole(keep))) fail("OverflowError", "Python int too large to convert to C int");
  const lines = string.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g);
  lines.pop();
  return truth(keep) ? lines : lines.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ""));
}

function parted(method, at) {
  return (string, separator) => {
    receiver(method, string, separator);
    if (separator === "") fail("ValueError", "empty separator");
    const place = at(string, separator);
    if (place < 0) return method === "partition" ? [string, "", ""] : ["", "", string];
    return [string.slice(0, place), separator, string.slice(place + separator.length)];
  };
}

const partition = parted("partition", (string, separator) => string.indexOf(separator));
const rpartition = parted("rpartition", (string, separator) => string.lastIndexOf(separator));

/** separator.join(list) */
function join(separator, list) {
  receiver("join", separator);
  const parts = iterate(list);
  parts.forEach((part, index) => {
    if (type_name(part) !== "str") fail("TypeError", `sequence item ${index}: expected str instance, ${type_name(part)} found`);
    receiver("join", part);
  });
  return parts.join(separator);
}

const startswith = (string, start) => receiver("startswith", string, start).startsWith(start);
const endswith = (string, end) => receiver("endswith", string, end).endsWith(end);

/** A bound of a slice as a position; None is the fallback. */
function bound(v, length_, fallback) {
  if (v === null) return fallback;
  if (!is_integer(v)) fail("TypeError", "slice indices must be integers or None or have an __index__ method");
  const position = Number(v);
  return Math.max(0, position < 0 ? position + length_ : position);
}

function finder(method, at) {
  return (string, part, start = null, stop = null) => {
    receiver(method, string, part);
    const points = [...string];
    const [from, to] = [bound(start, points.length, 0), Math.min(bound(stop, points.length, points.length), points.length)];
    if (from > to) return -1;
    const within = points.slice(from, to).join("");
    const place = at(within, part);
    return place < 0 ? -1 : from + [...within.slice(0, place)].length;
  };
}

const find = finder("find", (string, part) => string.indexOf(part));
const rfind = finder("rfind", (string, part) => string.lastIndexOf(part));

/** container.index(value) of a str or list */
function index(container, value) {
  const place = is_list(container) ? container.findIndex((each) => same(each, value)) : find(container, value);
  return place < 0 ? fail("ValueError", "not found") : place;
}

function rindex(string, part) {
  const place = rfind(string, part);
  return place < 0 ? fail("ValueError", "substring not found") : place;
}

/** container.count(value) of a str or list */
function count(container, value) {
  if (is_list(container)) return container.filter((each) => same(each, value)).length;
  receiver("count", container, value);
  return value === "" ? length(container) + 1 : container.split(value).length - 1;
}
