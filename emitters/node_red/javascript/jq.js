// jq's functions on the values of JSON, and what bash's `read` makes of the lines that jq prints. All numbers are floats
// there; an int counts as its float, and one that no float holds is a gap, as is nan.
const LEVELS = 200; // of nesting, that every version of jq reads and prints
const LARGEST = 1.7976931348623157e308;

const jqFailed = (name, ...given) => fail("jq.Error", `${name}(${given.map(type_name).join(", ")})`);

/** The JavaScript number of a number. */
function jqDouble(v) {
  const value = type_name(v) === "float" ? real(v) : Number(v);
  const exact = type_name(v) === "float" ? !Number.isNaN(value) : Number.isFinite(value) && BigInt(value) === whole(v);
  return exact ? value : fail("Gap", "an int that no float holds, or nan, in jq");
}

const isNumber = (v) => is_float(v) || type_name(v) === "int";
const RANKS = ["NoneType", "bool", "number", "str", "list", "dict"];
const rankOf = (v) => RANKS.indexOf(isNumber(v) ? "number" : type_name(v));

/** Negative, zero or positive as a comes before b in jq's order. */
function jqOrder(a, b) {
  const rank = rankOf(a);
  if (rank !== rankOf(b)) return rank - rankOf(b);
  switch (RANKS[rank]) {
    case "NoneType": return 0;
    case "bool": return Number(a) - Number(b);
    case "number": {
      const [x, y] = [jqDouble(a), jqDouble(b)];
      return x < y ? -1 : x > y ? 1 : 0;
    }
    case "str": return pointOrder(a, b);
    case "list": return listOrder(a, b, jqOrder);
  }
  const [left, right] = [keys(a).sort(pointOrder), keys(b).sort(pointOrder)];
  const at = (d, names) => names.map((name) => valueAt(d, name));
  return listOrder(left, right, pointOrder) || listOrder(at(a, left), at(b, right), jqOrder);
}

/** Texts by code points. */
function pointOrder(a, b) {
  const [left, right] = [[...a], [...b]];
  return listOrder(left, right, (x, y) => x.codePointAt(0) - y.codePointAt(0));
}

function listOrder(a, b, order) {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const found = order(a[index], b[index]);
    if (found) return found;
  }
  return a.length - b.length;
}

/** Refuses what has no place in jq's order, as each comparison would. */
function orderable(v) {
  if (isNumber(v)) jqDouble(v);
  if (is_list(v)) v.forEach(orderable);
  if (is_dict(v)) values(v).forEach(orderable);
  return v;
}

/** .name */
function jq_field(value, name) {
  if (!is_string(name) || !(is_dict(value) || value === null)) jqFailed("jq.field", value, name);
  return value === null ? null : get(value, name);
}

/** .[] */
function jq_each(value) {
  if (is_list(value)) return value;
  return is_dict(value) ? values(value) : jqFailed("jq.each", value);
}

function jq_length(value) {
  if (value === null) return float(0);
  if (is_boolean(value)) jqFailed("jq.length", value);
  return float(isNumber(value) ? Math.abs(jqDouble(value)) : length(value));
}

/** left == right */
const jq_equals = (left, right) => (orderable(left), orderable(right), jqOrder(left, right) === 0);

/** value // otherwise */
const jq_alternative = (value, otherwise) => (type_name(value) === "NoneType" || value === false ? otherwise : value);

/** left + right */
function jq_add(left, right) {
  if (left === null || right === null) return left === null ? right : left;
  if (isNumber(left) && isNumber(right)) return float(jqDouble(left) + jqDouble(right));
  if (is_dict(left) && is_dict(right)) return dict([...items(left), ...items(right)]);
  if (is_string(left) && is_string(right)) return glued(left, right);
  return is_list(left) && is_list(right) ? [...left, ...right] : jqFailed("jq.add", left, right);
}

function jq_ascii_downcase(value) {
  if (!is_string(value)) jqFailed("jq.ascii_downcase", value);
  return value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const PLAIN_SIGNS = `A-Za-z0-9 _,:;!@#%=~"'<>/`;
const ATOM = `(?:[${PLAIN_SIGNS}&-]|\\\\[.*+?^$|()\\[\\]{}\\\\/]|\\[\\^?(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[${PLAIN_SIGNS}.()*+?$|])+\\])`;
const PATTERN = new RegExp(`^(?:${ATOM}[*?])*${ATOM}\\+?(?:${ATOM}[*+?]?)*$`);

/** gsub(pattern; replacement), for patterns that mean the same everywhere and match no empty text */
function jq_gsub(value, pattern, replacement) {
  if (!is_string(value) || !is_string(pattern)) jqFailed("jq.gsub", value, pattern);
  if (!is_string(replacement) || !PATTERN.test(pattern)) fail("Gap", "a regular expression or replacement on which engines may differ");
  if (!value.isWellFormed()) fail("Gap", "half a surrogate pair in a text");
  try {
    return value.replace(new RegExp(pattern, "gu"), () => replacement);
  } catch {
    return fail("Gap", "a regular expression that JavaScript refuses");
  }
}

/** sort_by(...), by the keys of the items */
function jq_sort_by(value, keys_) {
  if (!is_list(value) || !is_list(keys_) || value.length !== keys_.length) jqFailed("jq.sort_by", value, keys_);
  keys_.forEach(orderable);
  const places = value.map((_, place) => place).sort((x, y) => jqOrder(keys_[x], keys_[y]));
  return places.map((place) => value[place]);
}

function jq_unique(value) {
  if (!is_list(value)) jqFailed("jq.unique", value);
  const sorted = [...value].map(orderable).sort(jqOrder);
  return sorted.filter((each, place) => place === 0 || jqOrder(sorted[place - 1], each) !== 0);
}

const JSON_TOKEN = /"(?:[^"\\]|\\[^])*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/** The JSON document that is the text; all numbers are floats, so an int in it is given a fraction. */
function jq_json_value(source) {
  if (!is_string(source)) fail("AttributeError", `'${type_name(source)}' object is no str`);
  if (/^[ \t\r\n]*</.test(source)) fail("jq.Error", "the text is no JSON");
  try {
    JSON.parse(source);
  } catch {
    fail("Gap", "a text that is not one JSON document");
  }
  return jqDefined(parse(source.replace(JSON_TOKEN, (token) => (/^"|[.eE]/.test(token) ? token : `${token}.0`))), 0);
}

/** The value, unless there is half a surrogate pair in it, or it has too many levels. */
function jqDefined(v, depth) {
  if (is_string(v)) return jqText(v);
  if (!isContainer(v)) return v;
  if (depth >= LEVELS) fail("Gap", "a value of very many levels in jq");
  for (const each of is_list(v) ? v : [...keys(v), ...values(v)]) jqDefined(each, depth + 1);
  return v;
}

const jqText = (string) => (string.isWellFormed() ? string : fail("Gap", "half a surrogate pair in a text"));

/** What jq 1.6 prints with -c, without the line end. */
const jq_json_text = (value) => jqWritten(value, null, 0);
/** tostring, and \(value) in a text */
const jq_tostring = (value) => (is_string(value) ? jqText(value) : jqWritten(value, null, 0));
/** What jq 1.6 prints with -r, the line end included. */
const jq_raw_text = (value) => `${is_string(value) ? jqText(value) : jqWritten(value, "", 0)}\n`;

function jqWritten(v, indent, depth) {
  if (isNumber(v)) return jqNumber(jqDouble(v));
  if (is_string(v)) return jqQuoted(v);
  if (!isContainer(v)) return String(v);
  if (depth >= LEVELS) fail("Gap", "a value of very many levels in jq");
  const inner = indent === null ? null : `${indent}  `;
  const colon = indent === null ? ":" : ": ";
  const parts = is_list(v)
    ? v.map((each) => jqWritten(each, inner, depth + 1))
    : items(v).map(([name, each]) => jqQuoted(name) + colon + jqWritten(each, inner, depth + 1));
  const [open, close] = is_list(v) ? "[]" : "{}";
  if (indent === null || !parts.length) return open + parts.join(",") + close;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

const jqQuoted = (string) => `"${jqText(string).replace(/[\x00-\x1f\x7f"\\]/g, escapeJson)}"`;

/** The fewest digits that are the number; with an exponent where it is small, or has more than 15 zeros at its end. */
function jqNumber(number) {
  const value = Math.max(-LARGEST, Math.min(LARGEST, number));
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [, sign, first, rest = "", exponent] = /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(value.toExponential());
  const digits = first + rest;
  const point = Number(exponent) + 1;
  if (point <= -4 || point > digits.length + 15) {
    const power = String(Math.abs(point - 1)).padStart(2, "0");
    return `${sign}${first}${rest && `.${rest}`}e${point < 1 ? "-" : "+"}${power}`;
  }
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The lines of a stream as `while read -r NAME` finds them. */
function bash_read_lines(stream) {
  if (!is_string(stream)) fail("AttributeError", `'${type_name(stream)}' object is no str`);
  return stream.split("\n").slice(0, -1).map((line) => line.replace(/\0/g, "").replace(/^[ \t]+|[ \t]+$/g, ""));
}
