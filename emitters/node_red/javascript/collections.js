// Lists and maps as wholes, with the meaning of Python's built-in functions.

/** dict(v) of a dict or of anything that gives pairs */
function to_dict(v) {
  if (is_dict(v)) return v;
  const pairs = iterate(v).map((pair) => {
    const parts = iterate(pair);
    if (parts.length !== 2) fail("ValueError", `dictionary update sequence element has length ${parts.length}; 2 is required`);
    hashed(parts[0]);
    return parts;
  });
  return dict(pairs);
}

const tuple = (...parts) => parts;

/** v.copy() of a list or dict; values are never changed, so that a copy may be the same. */
const copy = (v) => (is_list(v) || is_dict(v) ? v : fail("AttributeError", `'${type_name(v)}' object has no attribute 'copy'`));
const deep_copy = present;

/** The values for `a, b = v`, or for `a, *rest, z = v`, where `after` values follow the rest. */
function unpack(v, before, after = null) {
  const parts = iterate(v);
  if (![before, after ?? 0].every(is_integer)) fail("TypeError", "a number of values is no int");
  const [first, last] = [Number(before), Number(after)];
  if (after === null ? parts.length !== first : parts.length < first + last) fail("ValueError", "another number of values to unpack");
  if (after === null) return parts;
  const end = parts.length - last;
  return [...parts.slice(0, first), parts.slice(first, end), ...parts.slice(end)];
}

/** list(range(start, stop, step)) */
function range(start, stop, step) {
  for (const each of [start, stop, step]) if (!is_integer(each)) fail("TypeError", `'${type_name(each)}' object cannot be interpreted as an integer`);
  const [first, end, by] = [start, stop, step].map(whole);
  if (by === 0n) fail("ValueError", "range() arg 3 must not be zero");
  const count = by > 0n ? (end - first + by - 1n) / by : (end - first + by + 1n) / by;
  if (count > 10000000n) fail("Gap", "a range of more than 10 million numbers");
  return Array.from({ length: Math.max(Number(count), 0) }, (_, index) => int(first + BigInt(index) * by));
}

/** zip(...vs), each tuple as a list */
function zip(...vs) {
  const lists = vs.map(iterate);
  const count = lists.length ? Math.min(...lists.map((list) => list.length)) : 0;
  return Array.from({ length: count }, (_, index) => lists.map((list) => list[index]));
}

const reversed = (v) => [...iterate(v)].reverse();

/** The first of equal items, in their order. */
function unique(v) {
  const found = new Map();
  for (const each of iterate(v)) {
    hashed(each);
    const key = identity(each);
    if (key === "NaN" && found.has(key)) fail("Gap", "nan twice where each value is kept once");
    if (!found.has(key)) found.set(key, each);
  }
  return [...found.values()];
}

/** A string that two scalars share when Python takes them for one key. */
function identity(v) {
  const type = type_name(v);
  if (type === "str") return `"${v}`;
  if (type === "NoneType") return type;
  const number = type === "float" ? real(v) : whole(v);
  return String(Number.isInteger(number) ? BigInt(number) : number);
}

const all = (v) => iterate(v).every(truth);
const any = (v) => iterate(v).some(truth);

/** max(v) or max(v, default=fallback) */
const maximum = (v, fallback) => extreme(">", "max", v, fallback);
/** min(v) or min(v, default=fallback) */
const minimum = (v, fallback) => extreme("<", "min", v, fallback);

function extreme(operator, name, v, fallback) {
  const [first, ...others] = iterate(v);
  if (first === undefined) return fallback === undefined ? fail("ValueError", `${name}() arg is an empty sequence`) : fallback;
  return others.reduce((best, each) => (compare(operator, each, best) ? each : best), first);
}

/** sum(v, start) */
function sum(v, start = 0) {
  if (is_string(start)) fail("TypeError", "sum() can't sum strings");
  return iterate(v).reduce(add, start);
}

/** sorted(v, reverse=reverse) */
const sorted = (v, reverse = false) => in_order(iterate(v), iterate(v), reverse);

/** The items of a list in the order of their keys in another list. */
function sorted_by(v, keys, reverse = false) {
  if (!is_list(v) || !is_list(keys) || v.length !== keys.length) fail("TypeError", "not two lists of one length");
  return in_order(v, keys, reverse);
}

function in_order(list, keys, reverse) {
  if (!is_boolean(reverse)) fail("TypeError", "reverse is no bool");
  if (keys.length > 1 && keys.some(holds_nan)) fail("Gap", "nan in what is sorted");
  const [lower, higher] = reverse ? [1, -1] : [-1, 1];
  const order = (a, b) => (compare("<", keys[a], keys[b]) ? lower : compare("<", keys[b], keys[a]) ? higher : 0);
  return Array.from(keys.keys()).sort(order).map((place) => list[place]);
}

const holds_nan = (v) => (is_list(v) ? v.some(holds_nan) : is_float(v) && Number.isNaN(real(v)));
