// json.loads and json.dumps of Python, and what requests does around them.
const DEEPEST = 900; // Python gives up somewhere below 1000, by how deep its own stack already is
const JSON_NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const JSON_PLAIN = /[^"\\\x00-\x1f]*/y;
const JSON_CONSTANTS = [["null", null], ["true", true], ["false", false], ["NaN", NaN], ["Infinity", Infinity], ["-Infinity", -Infinity]];
const JSON_ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** json.loads(source): a str, or a Buffer of UTF-8. */
function parse(source) {
  const document_ = Buffer.isBuffer(source) ? decodeUtf8(source) : source;
  if (type_name(document_) !== "str") fail("TypeError", `the JSON object must be str, bytes or bytearray, not ${type_name(document_)}`);
  if (document_.startsWith("\ufeff")) fail("json.JSONDecodeError", "Unexpected UTF-8 BOM (decode using utf-8-sig)");
  const reader = { document: document_, at: 0 };
  const value = readValue(reader, 0);
  skipSpace(reader);
  return reader.at === document_.length ? value : broken(reader, "Extra data");
}

/** The error of a document that is no JSON, with the place as Python counts it: in code points. */
function broken(reader, message, at = reader.at) {
  const before = [...reader.document.slice(0, at)];
  const lines = before.join("").split("\n");
  fail_as("json.JSONDecodeError", `${message}: line ${lines.length} column ${[...lines.at(-1)].length + 1} (char ${before.length})`);
}

function decodeUtf8(bytes) {
  const decoded = bytes.toString("utf8");
  return Buffer.from(decoded, "utf8").equals(bytes) ? decoded : fail("UnicodeDecodeError", "invalid UTF-8");
}

function skipSpace(reader) {
  while (" \t\n\r".includes(reader.document[reader.at] || "x")) reader.at += 1;
}

/** Whether the next thing, after white space, is this mark; if so, it is read. */
function accept(reader, mark) {
  skipSpace(reader);
  if (reader.document[reader.at] !== mark) return false;
  reader.at += 1;
  return true;
}

function readValue(reader, depth) {
  if (depth > DEEPEST) fail("Gap", "JSON nested so deeply that Python may give up");
  if (accept(reader, '"')) return readString(reader);
  if (accept(reader, "{")) return readObject(reader, depth);
  if (accept(reader, "[")) return readArray(reader, depth);
  for (const [name, value] of JSON_CONSTANTS) {
    if (reader.document.startsWith(name, reader.at)) {
      reader.at += name.length;
      return typeof value === "number" ? float(value) : value;
    }
  }
  JSON_NUMBER.lastIndex = reader.at;
  const found = JSON_NUMBER.exec(reader.document) || expecting(reader);
  reader.at += found[0].length;
  return found[2] || found[3] ? float(Number(found[0])) : digitsToInt(found[1]);
}

/** No value where there must be one; what versions of Python say of a comma before it differs. */
function expecting(reader) {
  if (reader.afterComma === reader.at && reader.document[reader.at] === "]") fail("json.JSONDecodeError", "Expecting value");
  broken(reader, "Expecting value");
}

function readArray(reader, depth) {
  const list = [];
  if (accept(reader, "]")) return list;
  for (;;) {
    list.push(readValue(reader, depth + 1));
    if (accept(reader, "]")) return list;
    if (!accept(reader, ",")) broken(reader, "Expecting ',' delimiter");
    skipSpace(reader);
    reader.afterComma = reader.at;
  }
}

function readObject(reader, depth) {
  const pairs = [];
  if (accept(reader, "}")) return dict(pairs);
  for (;;) {
    if (!accept(reader, '"')) {
      const message = "Expecting property name enclosed in double quotes";
      if (pairs.length && reader.document[reader.at] === "}") fail("json.JSONDecodeError", message); // versions of Python differ
      broken(reader, message);
    }
    const key = readString(reader);
    if (!accept(reader, ":")) broken(reader, "Expecting ':' delimiter");
    pairs.push([key, readValue(reader, depth + 1)]);
    if (accept(reader, "}")) return dict(pairs);
    if (!accept(reader, ",")) broken(reader, "Expecting ',' delimiter");
  }
}

function readString(reader) {
  const begin = reader.at - 1;
  const parts = [];
  for (;;) {
    JSON_PLAIN.lastIndex = reader.at;
    const [plain] = JSON_PLAIN.exec(reader.document);
    parts.push(plain);
    reader.at += plain.length;
    const mark = reader.document[reader.at];
    if (mark === '"') {
      reader.at += 1;
      return parts.join("");
    }
    if (mark === undefined) broken(reader, "Unterminated string starting at", begin);
    if (mark !== "\\") broken(reader, "Invalid control character at");
    parts.push(readEscape(reader));
  }
}

function readEscape(reader) {
  const letter = reader.document[reader.at + 1];
  if (letter === "u") {
    const figures = reader.document.slice(reader.at + 2, reader.at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(figures)) fail("json.JSONDecodeError", "Invalid \\uXXXX escape");
    reader.at += 6;
    return String.fromCharCode(parseInt(figures, 16));
  }
  reader.at += 2;
  return Object.hasOwn(JSON_ESCAPES, letter || "") ? JSON_ESCAPES[letter] : fail("json.JSONDecodeError", "Invalid \\escape");
}

/** json.dumps(value, allow_nan=allow_nan); requests sends json= with allow_nan=False, so that is the default here. */
function stringify(value, allow_nan = false) {
  return written(value, { allowNan: allow_nan, quote: quoteJson, between: ", ", colon: ": " }, 0);
}

/** json.dumps(value, ...); the separator of items depends on the indent unless it is given */
function json_text(value, ensure_ascii = true, allow_nan = true, sort_keys = false, indent = null, item_separator = null, key_separator = ": ") {
  const between = item_separator === null ? (indent === null ? ", " : ",") : item_separator;
  if (!is_string(between) || !is_string(key_separator)) fail("Gap", "separators that are no str");
  const step = indent === null || is_string(indent) ? indent : repeated(" ", sized(indent));
  const layout = { allowNan: truth(allow_nan), quote: truth(ensure_ascii) ? quoteJson : quoteReadable, between, colon: key_separator };
  return written(value, { ...layout, sorted: truth(sort_keys), step }, 0);
}

/** Items between brackets, each on a line of its own where there is an indent. */
function enclosedJson(open, items_, close, { between, step = null }, depth) {
  if (!items_.length) return open + close;
  const line = (level) => (step === null ? "" : `\n${step.repeat(level)}`);
  return open + line(depth + 1) + items_.join(between + line(depth + 1)) + line(depth) + close;
}

function byCodePoint([left], [right]) {
  return compare("<", left, right) ? -1 : 1;
}

function written(v, layout, depth) {
  if (depth > DEEPEST) fail("Gap", "a value nested so deeply that Python may give up");
  switch (type_name(v)) {
    case "NoneType": return "null";
    case "bool": return String(v);
    case "int": return intText(v);
    case "float": return floatJson(real(v), layout.allowNan);
    case "str": return layout.quote(v);
    case "list": return enclosedJson("[", Array.from(v, (each) => written(each, layout, depth + 1)), "]", layout, depth);
  }
  if (isTime(v)) fail("TypeError", `Object of type ${type_name(v).slice(9)} is not JSON serializable`);
  const pairs = layout.sorted ? items(v).sort(byCodePoint) : items(v);
  const fields = pairs.map(([key, each]) => keyJson(key, layout) + layout.colon + written(each, layout, depth + 1));
  return enclosedJson("{", fields, "}", layout, depth);
}

/** A key of an object: numbers and None as texts. */
const keyJson = (key, layout) => (is_string(key) ? layout.quote(key) : `"${written(key, layout, 0)}"`);

function floatJson(number, allowNan) {
  if (Number.isFinite(number)) return floatText(number);
  return allowNan ? String(number) : fail("ValueError", "Out of range float values are not JSON compliant");
}

const SHORT_JSON = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b" };
const escapeJson = (unit) => SHORT_JSON[unit] || `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
const quoteJson = (string) => `"${string.replace(/["\\]|[^ -~]/g, escapeJson)}"`;
const quoteReadable = (string) => `"${string.replace(/["\\\x00-\x1f]/g, escapeJson)}"`;
