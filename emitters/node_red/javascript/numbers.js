// Python's arithmetic. Ints are exact, floats are binary64, a bool counts as 0 or 1.
function arithmetic(symbol, a, b, ints, floats) {
  const [left, right] = [type_name(a), type_name(b)];
  if (isTime(a) || isTime(b)) return (isTime(a) ? a : b).operate(symbol, a, b);
  if (!numeric(left) || !numeric(right)) fail("TypeError", `unsupported operand type(s) for ${symbol}: '${left}' and '${right}'`);
  if (left !== "float" && right !== "float") return ints(whole(a), whole(b));
  return floats(number(a), number(b));
}

/** float(v) of a number, as a JavaScript number. */
function number(v) {
  if (type_name(v) === "float") return real(v);
  const value = Number(v);
  return Number.isFinite(value) ? value : fail("OverflowError", "int too large to convert to float");
}

function add(a, b) {
  const [left, right] = [type_name(a), type_name(b)];
  if (left === "str" && right === "str") return glued(a, b);
  if (left === "list" && right === "list") return [...a, ...b];
  if (left === "str" || left === "list") fail("TypeError", `can only concatenate ${left} (not "${right}") to ${left}`);
  return arithmetic("+", a, b, (x, y) => int(x + y), (x, y) => float(x + y));
}

const subtract = (a, b) => arithmetic("-", a, b, (x, y) => int(x - y), (x, y) => float(x - y));

function multiply(a, b) {
  for (const [sequence, times] of [[a, b], [b, a]]) {
    if ((typeof sequence === "string" || Array.isArray(sequence)) && is_integer(times)) return repeated(sequence, sized(times));
  }
  for (const [sequence, times] of [[a, b], [b, a]]) {
    if (typeof sequence === "string" || Array.isArray(sequence)) fail("TypeError", `can't multiply sequence by non-int of type '${type_name(times)}'`);
  }
  return arithmetic("*", a, b, (x, y) => int(x * y), (x, y) => float(x * y));
}

/** An int as the count of something: one that no memory holds is an error. */
function sized(v) {
  if (!is_integer(v)) fail("TypeError", `'${type_name(v)}' object cannot be interpreted as an integer`);
  return whole(v) >= -(2n ** 63n) && whole(v) < 2n ** 63n ? Number(v) : fail("OverflowError", "cannot fit 'int' into an index-sized integer");
}

function repeated(sequence, times) {
  const count = Math.max(0, times);
  if (sequence.length * count > 1e8) fail("Gap", "a repetition that makes a very long value");
  if (typeof sequence === "string") return glued(sequence.repeat(Math.min(count, 1)), sequence.repeat(Math.max(0, count - 1)));
  return Array.from({ length: count * sequence.length }, (_, index) => sequence[index % sequence.length]);
}

/** a / b */
function divide(a, b) {
  return arithmetic("/", a, b,
    (x, y) => (y === 0n ? fail("ZeroDivisionError", "division by zero") : ratio(x, y)),
    (x, y) => (y === 0 ? fail("ZeroDivisionError", "float division by zero") : float(x / y)));
}

/** The float nearest to x / y, half to even. */
function ratio(x, y) {
  if (Number.isSafeInteger(Number(x)) && Number.isSafeInteger(Number(y))) return float(Number(x) / Number(y));
  if (x === 0n) return float(y < 0n ? -0 : 0);
  const negative = x < 0n !== y < 0n;
  const [top, bottom] = [x < 0n ? -x : x, y < 0n ? -y : y];
  const shift = Math.max(-1000, Math.min(1000, 70 - top.toString(2).length + bottom.toString(2).length));
  const [scaled, divisor] = shift >= 0 ? [top << BigInt(shift), bottom] : [top, bottom << BigInt(-shift)];
  const quotient = scaled / divisor;
  if (quotient < 1n << 60n) fail("Gap", "the quotient of two huge ints is too small to round exactly");
  const sticky = scaled % divisor === 0n ? 0n : 1n;
  const result = Number((quotient << 1n) | sticky) * 2 ** -shift / 2;
  if (!Number.isFinite(result)) fail("OverflowError", "integer division result too large for a float");
  return float(negative ? -result : result);
}

/** a // b */
function floordiv(a, b) {
  return arithmetic("//", a, b,
    (x, y) => (y === 0n ? fail("ZeroDivisionError", "integer division or modulo by zero") : int(floored(x, y))),
    (x, y) => (y === 0 ? fail("ZeroDivisionError", "float floor division by zero") : float(divmod(x, y)[0])));
}

/** a % b; a str on the left is a format */
function modulo(a, b) {
  if (typeof a === "string") return printf(a, b);
  return arithmetic("%", a, b,
    (x, y) => (y === 0n ? fail("ZeroDivisionError", "integer modulo by zero") : int(x - y * floored(x, y))),
    (x, y) => (y === 0 ? fail("ZeroDivisionError", "float modulo") : float(divmod(x, y)[1])));
}

const floored = (x, y) => (x % y !== 0n && x < 0n !== y < 0n ? x / y - 1n : x / y);
const negativeZero = (x) => x < 0 || Object.is(x, -0);

/** CPython's float_divmod: quotient and remainder of two floats. */
function divmod(x, y) {
  let remainder = x % y;
  let quotient = (x - remainder) / y;
  if (remainder !== 0) {
    if (y < 0 !== remainder < 0) {
      remainder += y;
      quotient -= 1;
    }
  } else {
    remainder = negativeZero(y) ? -0 : 0;
  }
  if (quotient === 0) return [negativeZero(x / y) ? -0 : 0, remainder];
  const down = Math.floor(quotient);
  return [quotient - down > 0.5 ? down + 1 : down, remainder];
}

/** a ** b of ints; JavaScript's powers of floats differ from C's in the last digit */
function power(a, b) {
  const [left, right] = [type_name(a), type_name(b)];
  if (!numeric(left) || !numeric(right)) fail("TypeError", `unsupported operand type(s) for ** or pow(): '${left}' and '${right}'`);
  if (left === "float" || right === "float" || whole(b) < 0n) fail("Gap", "a power of floats, or with a negative exponent");
  const base = whole(a);
  const bits = (base < 0n ? -base : base).toString(2).length;
  if (whole(b) * BigInt(base === 0n ? 0 : bits) > 10_000_000n) fail("Gap", "a power of more than 10 million bits");
  return int(base ** whole(b));
}

/** -v */
function negate(v) {
  if (isTime(v)) return v.operate("neg", v);
  if (!numeric(type_name(v))) fail("TypeError", `bad operand type for unary -: '${type_name(v)}'`);
  return type_name(v) === "float" ? float(-real(v)) : int(-whole(v));
}

/** abs(v) */
function absolute(v) {
  if (isTime(v)) return v.operate("abs", v);
  if (!numeric(type_name(v))) fail("TypeError", `bad operand type for abs(): '${type_name(v)}'`);
  return type_name(v) === "float" ? float(Math.abs(real(v))) : int(whole(v) < 0n ? -whole(v) : whole(v));
}

/** x = numerator / denominator, exactly. */
function fraction(x) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 2047n);
  const mantissa = (bits & ((1n << 52n) - 1n)) | (exponent ? 1n << 52n : 0n);
  const power = Math.max(exponent, 1) - 1075;
  const signed = bits >> 63n ? -mantissa : mantissa;
  return power >= 0 ? [signed << BigInt(power), 1n] : [signed, 1n << BigInt(-power)];
}

/** numerator / denominator as an int, half to even. */
function nearest(numerator, denominator) {
  const down = floored(numerator, denominator);
  const twice = 2n * (numerator - down * denominator);
  return twice > denominator || (twice === denominator && down & 1n) ? down + 1n : down;
}

/** x * 10 ** digits as an int, half to even on the binary value. */
function scaled(x, digits) {
  const [numerator, denominator] = fraction(x);
  return digits >= 0 ? nearest(numerator * 10n ** BigInt(digits), denominator) : nearest(numerator, denominator * 10n ** BigInt(-digits));
}

/** round(x) or round(x, digits) */
function round(x, digits = null) {
  const type = type_name(x);
  if (!numeric(type)) fail("TypeError", `type ${type} doesn't define __round__ method`);
  if (digits !== null && !is_integer(digits)) fail("TypeError", `'${type_name(digits)}' object cannot be interpreted as an integer`);
  const places = digits === null ? 0 : Number(digits);
  if (type !== "float") {
    if (places >= 0) return int(whole(x));
    if (places < -5000) fail("Gap", "rounding an int to more than 5000 places");
    const unit = 10n ** BigInt(-places);
    return int(nearest(whole(x), unit) * unit);
  }
  const value = real(x);
  if (digits === null) {
    if (Number.isNaN(value)) fail("ValueError", "cannot convert float NaN to integer");
    return Number.isFinite(value) ? int(scaled(value, 0)) : fail("OverflowError", "cannot convert float infinity to integer");
  }
  if (!Number.isFinite(value) || places > 323) return x;
  if (places < -308) return float(negativeZero(value) ? -0 : 0);
  const result = Number(`${scaled(Math.abs(value), places)}e${-places}`);
  if (!Number.isFinite(result)) fail("OverflowError", "rounded value too large to represent");
  return float(negativeZero(value) ? -result : result);
}

// int() and float() skip the spaces that str.strip() skips, but for the four separators 0x1c to 0x1f.
const NUMBER_SPACE = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";
const DIGITS = "\\d(?:_?\\d)*";
const INT_TEXT = new RegExp(`^${NUMBER_SPACE}([+-]?${DIGITS})${NUMBER_SPACE}$`);
const FLOAT_TEXT = new RegExp(`^${NUMBER_SPACE}([+-]?(?:(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?|inf|infinity|nan))${NUMBER_SPACE}$`, "i");

/** math.floor(v) and math.ceil(v) */
const floor = (v) => integral(v, Math.floor);
const ceiling = (v) => integral(v, Math.ceil);

function integral(v, round_) {
  const type = type_name(v);
  if (!numeric(type)) fail("TypeError", `must be real number, not ${type}`);
  return type === "float" ? to_int(float(round_(real(v)))) : int(whole(v));
}

/** int(v), or int(v, base) */
function to_int(v, base) {
  if (base !== undefined) return based(v, base);
  const type = type_name(v);
  if (type === "int" || type === "bool") return int(whole(v));
  if (type === "float") {
    if (Number.isNaN(real(v))) fail("ValueError", "cannot convert float NaN to integer");
    return Number.isFinite(real(v)) ? int(BigInt(Math.trunc(real(v)))) : fail("OverflowError", "cannot convert float infinity to integer");
  }
  if (type !== "str") fail("TypeError", `int() argument must be a string, a bytes-like object or a real number, not '${type}'`);
  const found = numeral(INT_TEXT, v) || fail("ValueError", "invalid literal for int() with base 10");
  return digitsToInt(found.replace(/_/g, ""));
}

/** An argument of a command line as a number; SystemExit where it is none. */
const argument_int = (text) => argument(to_int, text);
const argument_float = (text) => argument(to_float, text);

function argument(convert, text) {
  if (type_name(text) !== "str") fail("AttributeError", "an argument is no text");
  try {
    return convert(text);
  } catch (error) {
    if (error.code !== "ValueError") throw error;
    return fail("SystemExit", "an argument is not of its type");
  }
}

/** float(v) */
function to_float(v) {
  const type = type_name(v);
  if (numeric(type)) return float(number(v));
  if (type !== "str") fail("TypeError", `float() argument must be a string or a real number, not '${type}'`);
  const found = numeral(FLOAT_TEXT, v) || fail("ValueError", "could not convert string to float");
  const plain = found.replace(/_/g, "").toLowerCase();
  if (plain.endsWith("nan")) return float(NaN);
  return float(Number(plain.replace(/inf(inity)?/, "Infinity")));
}

function numeral(pattern, v) {
  if (/[^\x00-\x7f]/.test(v) && /\p{Nd}/u.test(v.replace(/[0-9]/g, ""))) fail("Gap", "digits that are not ASCII");
  const found = pattern.exec(v);
  return found && found[1];
}

function digitsToInt(figures) {
  if (figures.replace(/^[+-]/, "").length > 4300) fail("ValueError", "Exceeds the limit (4300 digits) for integer string conversion");
  return int(figures.startsWith("-") ? -BigInt(figures.slice(1)) : BigInt(figures.replace("+", "")));
}

const PREFIXES = { 2: "b", 8: "o", 16: "x" };

/** int(v, base) */
function based(v, base) {
  if (!is_integer(base)) fail("TypeError", `'${type_name(base)}' object cannot be interpreted as an integer`);
  if (whole(base) > 36n || whole(base) < 0n || whole(base) === 1n) fail("ValueError", "int() base must be >= 2 and <= 36, or 0");
  if (type_name(v) !== "str") fail("TypeError", "int() can't convert non-string with explicit base");
  const [, sign, text_] = new RegExp(`^${NUMBER_SPACE}([+-]?)(.*?)${NUMBER_SPACE}$`, "s").exec(v);
  if (/[^\x00-\x7f]/.test(text_) && /\p{Nd}/u.test(text_.replace(/[0-9]/g, ""))) fail("Gap", "digits that are not ASCII");
  const letter = text_[0] === "0" ? (text_[1] || "").toLowerCase() : "";
  const implied = Number(Object.keys(PREFIXES).find((each) => PREFIXES[each] === letter) || 10);
  const root = Number(base) || implied;
  const body = PREFIXES[root] === letter ? text_.slice(2).replace(/^_/, "") : text_;
  const figures = body.replace(/_/g, "").toLowerCase();
  const valid = /^[0-9a-z]+(?:_[0-9a-z]+)*$/i.test(body) && [...figures].every((figure) => parseInt(figure, 36) < root);
  if (!valid || (Number(base) === 0 && root === 10 && /^0+[1-9]/.test(figures))) fail("ValueError", `invalid literal for int() with base ${base}`);
  if (root === 10 || root & (root - 1)) {
    if (figures.length > 4300) fail("ValueError", "Exceeds the limit (4300 digits) for integer string conversion");
  }
  const number_ = [...figures].reduce((sum, figure) => sum * BigInt(root) + BigInt(parseInt(figure, 36)), 0n);
  return int(sign === "-" ? -number_ : number_);
}
