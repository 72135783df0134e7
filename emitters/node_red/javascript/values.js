// Python's values in JavaScript.
//   None null · bool boolean · str string · list Array · bytes Buffer (only where a body is read)
//   int    a Number that is a safe integer, beyond that a BigInt
//   float  a Number with a fraction; where JavaScript could take it for an int (10.0, 1e300, -0.0, nan) a PythonFloat
//   datetime, date, timedelta   a PythonTime
//   dict   a plain object; where an object would reorder, lose or change keys ("7", "__proto__", 7) a Map
// undefined is "missing", never a value: each function refuses it. The code of an error is its kind, the name of the
// Python exception, with which its message begins. "Gap" means that Python has an answer here which this code does not
// reproduce; it has no code, so that nothing takes it for an error of the script. Node-RED copies a message where an
// error is caught; what has a tag of its own it does not take apart.
const GAPS = ["Gap", "Unmapped"];

class PythonFloat {
  constructor(value) {
    this.value = value;
  }
  get [Symbol.toStringTag]() {
    return "PythonFloat";
  }
  toJSON() {
    return fail("Gap", "a Python float was passed to JSON.stringify; use python.stringify");
  }
}

function fail(kind, message, said) {
  throw Object.assign(new Error(`${kind}: ${message}`), GAPS.includes(kind) ? {} : { code: kind }, said ? { cause: said } : {});
}

/** An error that says what Python's own says; of a KeyError the key is given as repr writes it. */
function fail_as(kind, message) {
  const representation = `${kind.split(".").pop()}(${kind === "KeyError" ? message : repr(message)})`;
  fail(kind, message, { message, representation });
}

function type_name(v) {
  if (v === null) return "NoneType";
  if (Array.isArray(v)) return "list";
  switch (typeof v) {
    case "boolean": return "bool";
    case "string": return "str";
    case "bigint": return "int";
    case "number":
      if (Number.isSafeInteger(v) && !Object.is(v, -0)) return "int";
      return Number.isInteger(v) && !Object.is(v, -0) ? fail("Gap", "a JavaScript number that may be an int or a float") : "float";
    case "object":
      if (isFloat(v)) return "float";
      if (isTime(v)) return v.type;
      return isMap(v) || Object.prototype.toString.call(v) === "[object Object]" ? "dict" : fail("Gap", "an object that is no JSON value");
    case "undefined": return fail("Gap", "a missing value was used");
    default: return fail("Gap", `a ${typeof v} is no Python value`);
  }
}

// Function nodes have a realm each, so instanceof is no test for built-in classes.
const isMap = (v) => Object.prototype.toString.call(v) === "[object Map]";
const isFloat = (v) => v instanceof PythonFloat;
/** A date, time or duration (times.js), which brings what operators make of it. */
const isTime = (v) => typeof v === "object" && v !== null && v[Symbol.toStringTag] === "TimeValue";
const is_none = (v) => type_name(v) === "NoneType";
const is_boolean = (v) => type_name(v) === "bool";
const is_integer = (v) => ["int", "bool"].includes(type_name(v));
const is_float = (v) => type_name(v) === "float";
const is_string = (v) => type_name(v) === "str";
const is_list = (v) => type_name(v) === "list";
const is_dict = (v) => type_name(v) === "dict";

/** A float from a JavaScript number. */
function float(number) {
  return Number.isFinite(number) && !Number.isInteger(number) ? number : new PythonFloat(number);
}

/** An int from a BigInt. */
function int(big) {
  return big >= BigInt(Number.MIN_SAFE_INTEGER) && big <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(big) : big;
}

/** The JavaScript number of a float. */
const real = (v) => (isFloat(v) ? v.value : v);
/** The BigInt of an int or bool. */
const whole = (v) => BigInt(v);

const reordered = (key) => key === "__proto__" || /^(0|[1-9]\d{0,9})$/.test(key);

/** A dict from [key, value] pairs; the last of equal keys wins, the first keeps its place. */
function dict(pairs) {
  for (const [key, value] of pairs) {
    if (hashed(key) !== key) fail("Gap", "a bool, or a float without fraction, as a key of a dict");
    type_name(value);
  }
  const map = new Map(pairs);
  return pairs.some(([key]) => typeof key !== "string" || reordered(key)) ? map : Object.fromEntries(map);
}

/** The [key, value] pairs of a dict in Python's order. */
function items(d) {
  needDict(d, "items");
  if (isMap(d)) return [...d];
  const pairs = Object.entries(d);
  if (pairs.length > 1 && pairs.some(([key]) => reordered(key))) fail("Gap", "an object lost the order of its keys; build it with python.dict");
  return pairs;
}

const keys = (d) => (needDict(d, "keys"), items(d).map(([key]) => key));
const values = (d) => (needDict(d, "values"), items(d).map(([, value]) => value));

/** What a `for` loop over the value goes through, or what list(value) holds. */
function iterate(v) {
  const type = type_name(v);
  if (type === "list") return v;
  if (type === "dict") return keys(v);
  return type === "str" ? [...v] : fail_as("TypeError", `'${type}' object is not iterable`);
}

function needDict(d, method) {
  if (type_name(d) !== "dict") fail_as("AttributeError", `'${type_name(d)}' object has no attribute '${method}'`);
}

const hasKey = (d, key) => (isMap(d) ? d.has(key) : typeof key === "string" && Object.prototype.hasOwnProperty.call(d, key));
const valueAt = (d, key) => (isMap(d) ? d.get(key) : d[key]);

/** What a dict holds a key under: equal numbers are one key, as is a bool and its number. */
function hashed(key) {
  const type = type_name(key);
  if (type === "list" || type === "dict") fail_as("TypeError", `unhashable type: '${type}'`);
  if (isTime(key)) fail("Gap", "a date or time as a key");
  if (type === "bool") return Number(key);
  if (type !== "float") return key;
  return Number.isInteger(real(key)) ? int(BigInt(real(key))) : real(key);
}

/** container[key] */
function member(container, key) {
  const type = type_name(container);
  if (type === "dict") {
    const name = hashed(key);
    if (!hasKey(container, name)) fail_as("KeyError", repr(key));
    return present(valueAt(container, name));
  }
  if (type !== "list" && type !== "str") fail_as("TypeError", `'${type}' object is not subscriptable`);
  if (!is_integer(key)) fail_as("TypeError", type === "list" ? `list indices must be integers or slices, not ${type_name(key)}` : `string indices must be integers, not '${type_name(key)}'`);
  const sequence = iterate(container);
  const index = Number(key) < 0 ? Number(key) + sequence.length : Number(key);
  if (!(index >= 0 && index < sequence.length)) fail_as("IndexError", `${type === "list" ? "list" : "string"} index out of range`);
  return present(sequence[index]);
}

function present(v) {
  type_name(v);
  return v;
}

/** map.get(key, fallback) */
function get(map, key, fallback = null) {
  needDict(map, "get");
  const name = hashed(key);
  return hasKey(map, name) ? present(valueAt(map, name)) : fallback;
}

/** x in container */
function contains(container, x) {
  const type = type_name(container);
  if (type === "dict") {
    return hasKey(container, hashed(x));
  }
  if (type === "list") return container.some((each) => same(each, x));
  if (type !== "str") fail("TypeError", `argument of type '${type}' is not iterable`);
  return type_name(x) === "str" ? find(container, x) >= 0 : fail("TypeError", `'in <string>' requires string as left operand, not ${type_name(x)}`);
}

/** len(v) */
function length(v) {
  if (Buffer.isBuffer(v)) return v.length;
  const type = type_name(v);
  if (type === "dict") return isMap(v) ? v.size : Object.keys(v).length;
  return type === "list" || type === "str" ? iterate(v).length : fail("TypeError", `object of type '${type}' has no len()`);
}

/** sequence[start:stop:step] */
function slice(sequence, start = null, stop = null, step = null) {
  const type = type_name(sequence);
  if (type === "dict") fail("TypeError", "unhashable type: 'slice'");
  if (type !== "list" && type !== "str") fail("TypeError", `'${type}' object is not subscriptable`);
  const bound_of = (bound, otherwise) => {
    if (bound === null) return otherwise;
    return is_integer(bound) ? Number(bound) : fail("TypeError", "slice indices must be integers or None or have an __index__ method");
  };
  const by = bound_of(step, 1) || fail("ValueError", "slice step cannot be zero");
  const bounds = [bound_of(start, null), bound_of(stop, null)];
  const parts = iterate(sequence);
  const [lowest, highest] = by > 0 ? [0, parts.length] : [-1, parts.length - 1];
  const place = (bound, otherwise) => {
    if (bound === null) return otherwise;
    return Math.min(Math.max(bound < 0 ? bound + parts.length : bound, lowest), highest);
  };
  const [first, end] = [place(bounds[0], by > 0 ? lowest : highest), place(bounds[1], by > 0 ? highest : lowest)];
  const part = [];
  for (let index = first; by > 0 ? index < end : index > end; index += by) part.push(parts[index]);
  return type === "list" ? part : part.join("");
}

/** bool(v) */
function truth(v) {
  switch (type_name(v)) {
    case "NoneType": return false;
    case "bool": return v;
    case "int": return v != 0;
    case "float": return real(v) !== 0;
    default: return isTime(v) ? v.truth() : length(v) > 0;
  }
}

const numeric = (type) => type === "int" || type === "float" || type === "bool";
/** A Number or BigInt that JavaScript compares exactly, whatever the types. */
const magnitude = (v) => (type_name(v) === "float" ? real(v) : whole(v));

/** a == b */
function equals(a, b) {
  const [left, right] = [type_name(a), type_name(b)];
  if (numeric(left) && numeric(right)) return magnitude(a) == magnitude(b);
  if (left !== right) return false;
  if (isTime(a)) return a.equals(b);
  if (left === "list") return a.length === b.length && a.every((each, index) => same(each, b[index]));
  if (left !== "dict") return a === b;
  if (length(a) !== length(b)) return false;
  return Object.entries(isMap(a) ? {} : a).concat(isMap(a) ? [...a] : []).every(([key, value]) => hasKey(b, key) && same(value, valueAt(b, key)));
}

/** Equality inside containers, where Python also asks whether both are one object: that matters for nan alone. */
function same(a, b) {
  if (type_name(a) === "float" && type_name(b) === "float" && Number.isNaN(real(a)) && Number.isNaN(real(b))) {
    fail("Gap", "nan compared with nan within a container");
  }
  return equals(a, b);
}

const orders = { "<": (n) => n < 0, "<=": (n) => n <= 0, ">": (n) => n > 0, ">=": (n) => n >= 0 };

/** a < b, and so on; operator is one of < <= > >= == != */
function compare(operator, a, b) {
  if (operator === "==") return equals(a, b);
  if (operator === "!=") return !equals(a, b);
  const holds = orders[operator] || fail("Gap", "an unknown comparison");
  const [left, right] = [type_name(a), type_name(b)];
  if (numeric(left) && numeric(right)) {
    const [x, y] = [magnitude(a), magnitude(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? false : holds(x < y ? -1 : x > y ? 1 : 0);
  }
  if (isTime(a) && left === right) return holds(a.order(b));
  if (left !== right || (left !== "str" && left !== "list")) {
    fail("TypeError", `'${operator}' not supported between instances of '${left}' and '${right}'`);
  }
  const [x, y] = [iterate(a), iterate(b)];
  for (let index = 0; index < Math.min(x.length, y.length); index += 1) {
    if (left === "str" && x[index] !== y[index]) return holds(x[index].codePointAt(0) - y[index].codePointAt(0));
    if (left === "list" && !same(x[index], y[index])) return compare(operator, x[index], y[index]);
  }
  return holds(x.length - y.length);
}

/** {key: value, ...}[key] for constant pairs, or .get(key, fallback) where a fallback is given. */
function lookup(pairs, key, fallback) {
  hashed(key);
  const found = pairs.filter(([each]) => same(each, key));
  if (found.length) return found[found.length - 1][1];
  return fallback === undefined ? fail_as("KeyError", repr(key)) : fallback;
}

/** An error that is kept as a value: it can be kept and counted, all else is a Gap. */
const error_value = () => Symbol("error");
