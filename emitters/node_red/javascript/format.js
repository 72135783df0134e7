// Values laid out as text: format(), printf's notation, padding.
const SPECIFICATION = /^(?:(.)?([<>=^]))?([ +-])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?(.)?$/su;
const LONGEST = 1e6;

/** format(v, specification) */
function format(v, specification) {
  const type = type_name(v);
  if (type_name(specification) !== "str") fail("TypeError", `format() argument 2 must be str, not ${type_name(specification)}`);
  if (specification === "") return text(v);
  if (isTime(v)) return v.format(specification);
  if (type !== "str" && !numeric(type)) fail("TypeError", `unsupported format string passed to ${type}.__format__`);
  const found = SPECIFICATION.exec(specification);
  if (!found && /(?![0-9])\p{Nd}/u.test(specification)) fail("Gap", "digits that are not ASCII");
  if (!found) fail("ValueError", "Invalid format specifier");
  const [, fill, align, sign, coerce, alternate, zero, width, grouping, precision, letter] = found;
  const spec = { fill: fill || (zero && fill === undefined ? "0" : " "), align, sign: sign || "-", coerce, alternate, grouping };
  spec.align = align || (type === "str" ? "<" : zero && fill === undefined ? "=" : ">");
  spec.width = asked(width, 0);
  spec.precision = asked(precision, -1);
  spec.letter = letter || (type === "str" ? "s" : type === "float" ? "" : "d");
  if (grouping && !("defgEG%F".includes(spec.letter) || (grouping === "_" && "boxX".includes(spec.letter)))) {
    fail("ValueError", `Cannot specify '${grouping}' with '${spec.letter}'.`);
  }
  if (type === "str") return formatText(v, spec, found[3]);
  return type !== "float" && "bcdoxXn".includes(spec.letter) ? formatInt(v, spec, found[3]) : formatFloat(v, spec);
}

function asked(figures, fallback) {
  if (figures === undefined) return fallback;
  return Number(figures) <= LONGEST ? Number(figures) : fail("Gap", "a format with a very long width or precision");
}

function unknownLetter(v, letter) {
  return fail("ValueError", `Unknown format code '${letter}' for object of type '${type_name(v)}'`);
}

function formatText(string, spec, sign) {
  if (spec.letter !== "s") unknownLetter(string, spec.letter);
  if (sign || spec.coerce || spec.alternate || spec.align === "=") fail("ValueError", "not allowed in string format specifier");
  const points = [...receiver("format", string)];
  return padded("", (spec.precision < 0 ? points : points.slice(0, spec.precision)).join(""), spec);
}

function formatInt(v, spec, sign) {
  if (spec.precision >= 0 || spec.coerce) fail("ValueError", "not allowed in integer format specifier");
  const value = whole(v);
  if (spec.letter === "c") {
    if (sign || spec.alternate) fail("ValueError", "not allowed with integer format specifier 'c'");
    return padded("", character(value), spec);
  }
  const root = { b: 2, o: 8, x: 16, X: 16 }[spec.letter] || 10;
  const plain = root === 10 ? intText(int(value)).replace("-", "") : (value < 0n ? -value : value).toString(root);
  const figures = spec.letter === "X" ? plain.toUpperCase() : plain;
  const prefix = spec.alternate && root !== 10 ? `0${spec.letter}` : "";
  return laidOut(signOf(value < 0n, spec), prefix, figures, "", spec, root === 10 ? 3 : 4);
}

function character(value) {
  if (value < 0n || value > 0x10ffffn) fail("OverflowError", "%c arg not in range(0x110000)");
  return value >= 0xd800n && value < 0xe000n ? fail("Gap", "half a surrogate pair") : String.fromCodePoint(Number(value));
}

function formatFloat(v, spec) {
  const letter = spec.letter === "n" ? "g" : spec.letter;
  if (!"eEfFgG%".includes(letter)) unknownLetter(v, letter);
  if (spec.precision > 1000) fail("Gap", "a precision of more than 1000 digits");
  const value = letter === "%" ? number(v) * 100 : number(v);
  const printed = floatFigures(value, letter.toLowerCase(), spec.precision, spec.alternate);
  const shown = "EFG".includes(letter) && letter ? printed.toUpperCase() : printed;
  const [, figures, rest] = /^(\d*)(.*)$/.exec(shown);
  const negative = negativeZero(value) && !(spec.coerce && /^[0.]*(e.*)?$/i.test(shown));
  return laidOut(signOf(negative, spec), "", figures, letter === "%" ? `${rest}%` : rest, spec, 3);
}

/** The digits of |x| in one of C's notations: e, f, g, % (as f), or Python's own, with or without a precision. */
function floatFigures(x, letter, precision, alternate) {
  const value = Math.abs(x);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : "inf";
  if (letter === "" && precision < 0) return alternate ? withPoint(floatText(value)) : floatText(value);
  const places = precision < 0 ? 6 : precision;
  if (letter === "f" || letter === "%") return pointed(String(scaled(value, places)).padStart(places + 1, "0"), places, alternate);
  if (letter === "e") return scientific(...significant(value, places + 1), alternate);
  const [figures, exponent] = significant(value, Math.max(places, 1));
  const kept = alternate ? figures : figures.replace(/0+$/, "") || "0";
  const most = Math.max(places, 1) - (letter === "" ? 1 : 0);
  if (exponent < -4 || exponent >= most) return scientific(kept, exponent, alternate);
  const fraction_ = Math.max(kept.length - 1 - exponent, letter === "" ? 1 : 0);
  const all = exponent < 0 ? "0".repeat(-exponent) + kept : kept.padEnd(exponent + 1 + fraction_, "0");
  return pointed(all, fraction_, alternate);
}

/** The first digits of a float, half to even on its exact value, and the power of ten of the first. */
function significant(value, digits) {
  if (value === 0) return ["0".repeat(digits), 0];
  const exponent = Number(value.toExponential().split("e")[1]);
  for (const guess of [exponent, exponent - 1]) {
    const figures = String(scaled(value, digits - 1 - guess));
    if (figures.length === digits) return [figures, guess];
    if (figures.length > digits) return [figures.slice(0, digits), guess + 1];
  }
  return fail("Gap", "a float whose digits were not found");
}

function scientific(figures, exponent, alternate) {
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${pointed(figures, figures.length - 1, alternate)}e${exponent < 0 ? "-" : "+"}${power}`;
}

const pointed = (figures, places, alternate) =>
  places ? `${figures.slice(0, figures.length - places)}.${figures.slice(-places)}` : figures + (alternate ? "." : "");

const withPoint = (figures) => (figures.includes(".") ? figures : figures.replace(/^\d+/, "$&."));
const signOf = (negative, spec) => (negative ? "-" : spec.sign === "-" ? "" : spec.sign);

/** A number in its width: sign, prefix, digits in groups, the rest. Zeros that fill it up are grouped too. */
function laidOut(sign, prefix, figures, rest, spec, size) {
  const inner = spec.fill === "0" && spec.align === "=" ? spec.width - sign.length - prefix.length - rest.length : 0;
  const all = spec.grouping && figures ? grouped(figures, inner, spec.grouping, size) : figures.padStart(inner, "0");
  return padded(sign + prefix, all + rest, spec);
}

function grouped(figures, width, mark, size) {
  const parts = (all) => all.replace(new RegExp(`\\B(?=(?:.{${size}})+$)`, "g"), mark);
  let all = figures;
  while (parts(all).length < width) all = `0${all}`;
  return parts(all);
}

function padded(before, after, { fill, align, width }) {
  const missing = Math.max(0, width - length(before) - length(after));
  const left = { "<": 0, ">": missing, "=": missing, "^": Math.floor(missing / 2) }[align];
  const pad = (count_) => fill.repeat(count_);
  return align === "=" ? before + pad(left) + after : pad(left) + before + after + pad(missing - left);
}

/** template % given, where given is no tuple: CPython's unicode_format, step by step */
function printf(template, given) {
  const mapping = is_list(given) || is_dict(given);
  const points = [...template];
  const parts = [];
  let [at, argument, left] = [0, given, true];
  const take = (wanted) => {
    const from = at;
    while (at < points.length && wanted.includes(points[at])) at += 1;
    return points.slice(from, at).join("");
  };
  const next = () => {
    if (!left) fail("TypeError", "not enough arguments for format string");
    left = false;
    return argument;
  };
  const size = (bits) => {
    if (points[at] !== "*") return asked(take("0123456789") || undefined, 0);
    at += 1;
    // It takes the one value that there is: none is left for the place itself, which fails.
    const wanted = next();
    if (!is_integer(wanted)) fail("TypeError", "* wants int");
    if (whole(wanted) !== BigInt.asIntN(bits, whole(wanted))) fail("OverflowError", "Python int too large to convert");
    return 0;
  };
  const key = () => {
    if (!mapping) fail("TypeError", "format requires a mapping");
    const from = at + 1;
    for (let open = 1; open > 0;) {
      at += 1;
      if (at >= points.length) fail("ValueError", "incomplete format key");
      open += points[at] === "(" ? 1 : points[at] === ")" ? -1 : 0;
    }
    at += 1;
    return points.slice(from, at - 1).join("");
  };
  while (at < points.length) {
    if (points[at] !== "%") {
      const end = points.indexOf("%", at);
      parts.push(points.slice(at, end < 0 ? points.length : end).join(""));
      at = end < 0 ? points.length : end;
      continue;
    }
    at += 1;
    if (points[at] === "%") {
      at += 1;
      parts.push("%");
      continue;
    }
    if (points[at] === "(") [argument, left] = [member(given, key()), true];
    const flags = take("-+ #0");
    const width = size(64);
    let precision = -1;
    if (points[at] === ".") {
      at += 1;
      precision = size(32);
    }
    if ("hlL".includes(points[at] || "x")) at += 1;
    if (at >= points.length) fail("ValueError", "incomplete format");
    const letter = points[at];
    at += 1;
    parts.push(converted(next(), flags, width, precision, letter));
  }
  if (left && !mapping) fail("TypeError", "not all arguments converted during string formatting");
  return concat(...parts);
}

/** One place of a format in printf's notation. */
function converted(v, flags, width, precision, letter) {
  const spec = { align: flags.includes("-") ? "<" : ">", fill: " ", width };
  if ("sra".includes(letter)) {
    const points = [...{ s: text, r: repr, a: ascii }[letter](v)];
    return padded("", (precision < 0 ? points : points.slice(0, precision)).join(""), spec);
  }
  if (letter === "c") return padded("", charOf(v, precision), spec);
  if (!"diouxXeEfFgG".includes(letter)) fail("ValueError", `unsupported format character '${letter}'`);
  const [negative, prefix, figures] = "diouxX".includes(letter) ? intFigures(v, flags, precision, letter) : printedFloat(v, flags, precision, letter);
  const sign = negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  if (flags.includes("0") && !flags.includes("-")) return padded(sign + prefix, figures, { align: "=", fill: "0", width });
  return padded("", sign + prefix + figures, spec);
}

function charOf(v, precision) {
  if (precision >= 0) fail("Gap", "a precision of a character");
  if (is_string(v) && length(v) === 1) return v;
  return is_integer(v) ? character(whole(v)) : fail("TypeError", "%c requires int or char");
}

function intFigures(v, flags, precision, letter) {
  const decimal = "diu".includes(letter);
  if (!is_integer(v) && !(decimal && is_float(v))) fail("TypeError", `%${letter} format: a number is required, not ${type_name(v)}`);
  const value = whole(to_int(v));
  const root = decimal ? 10 : letter === "o" ? 8 : 16;
  const plain = decimal ? intText(int(value)).replace("-", "") : (value < 0n ? -value : value).toString(root);
  const figures = (letter === "X" ? plain.toUpperCase() : plain).padStart(precision, "0");
  return [value < 0n, flags.includes("#") && !decimal ? `0${letter}` : "", figures];
}

function printedFloat(v, flags, precision, letter) {
  if (!numeric(type_name(v))) fail("TypeError", `must be real number, not ${type_name(v)}`);
  if (precision > 1000) fail("Gap", "a precision of more than 1000 digits");
  const value = number(v);
  const figures = floatFigures(value, letter.toLowerCase(), precision, flags.includes("#"));
  return [negativeZero(value), "", "EFG".includes(letter) ? figures.toUpperCase() : figures];
}

function padder(method, share) {
  return (string, width, fill = " ") => {
    receiver(method, string);
    const wanted = sized(width);
    if (!is_string(fill) || length(fill) !== 1) fail("TypeError", "The fill character must be a unicode character");
    const missing = wanted - length(receiver(method, string, fill));
    if (missing <= 0) return string;
    if (missing > LONGEST) fail("Gap", "a padding of more than a million characters");
    const left = share(missing, wanted);
    return fill.repeat(left) + string + fill.repeat(missing - left);
  };
}

const ljust = padder("ljust", () => 0);
const rjust = padder("rjust", (missing) => missing);
const center = padder("center", (missing, width) => Math.floor(missing / 2) + (missing & width & 1));

/** string.zfill(width) */
function zero_fill(string, width) {
  const sign = /^[+-]/.test(receiver("zfill", string)) ? string[0] : "";
  return sign + rjust(string.slice(sign.length), sized(width) - sign.length, "0");
}
