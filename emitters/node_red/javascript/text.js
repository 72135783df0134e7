// Python's str: what str() and repr() print, and the methods. Positions and lengths count code points.

/** str(v) */
function text(v) {
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
    default: return `{${items(v).map(([key, each]) => `${quoteRepr(key)}: ${repr(each)}`).join(", ")}}`;
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

function find(string, part, from) {
  return receiver("find", string, part).indexOf(part, from);
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

const lower = (string) => certain(receiver("lower", string)).toLowerCase();
const upper = (string) => certain(receiver("upper", string)).toUpperCase();

/** string.title() */
function title(string) {
  const points = [...certain(receiver("title", string))];
  return points.map((point, index) => {
    if (index > 0 && /\p{Cased}/u.test(points[index - 1])) return point === "Σ" ? sigma(points, index) : point.toLowerCase();
    if (GEORGIAN.test(point)) return point;
    return TITLES.has(point) ? TITLES.get(point) : point.toUpperCase();
  }).join("");
}

/** Sigma in lower case: the final form after a cased letter that no cased letter follows. */
function sigma(points, index) {
  const letter = (point) => !/\p{Case_Ignorable}/u.test(point);
  const before = points.slice(0, index).findLast(letter);
  const after = points.slice(index + 1).find(letter);
  return before && /\p{Cased}/u.test(before) && !(after && /\p{Cased}/u.test(after)) ? "ς" : "σ";
}

/** string.replace(old, with_) */
function replace(string, old, with_) {
  receiver("replace", string, old, with_);
  return old === "" ? ["", ...string, ""].join(with_) : string.split(old).join(with_);
}

/** string.split(separator, limit); None separates at white space, a negative limit is none */
function split(string, separator = null, limit = -1) {
  receiver("split", string, separator === null ? "" : separator);
  if (separator === "") fail("ValueError", "empty separator");
  if (!is_integer(limit)) fail("TypeError", `'${type_name(limit)}' object cannot be interpreted as an integer`);
  const parts = [];
  const next = separator === null ? new RegExp(`[${SPACE}]+`) : null;
  let rest = separator === null ? lstrip(string) : string;
  while (separator !== null || rest !== "") {
    const found = next ? next.exec(rest) : null;
    const at = next ? (found ? found.index : -1) : rest.indexOf(separator);
    if (at < 0 || (limit >= 0 && parts.length >= Number(limit))) return [...parts, rest];
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + (next ? found[0].length : separator.length));
  }
  return parts;
}

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
