// Dates, times and durations as Python's datetime has them: to the microsecond, in the years 1 to 9999.
const DAY_MICROS = 86400e6;
const LAST_DAY = 3652059; // 9999-12-31, where 1 is 0001-01-01
const MOST_DAYS = 999999999; // of a duration
const EPOCH_DAY = 719163; // 1970-01-01
/**
 * A datetime, date or timedelta (`type` with "datetime." before it).
 *
 * `days` are counted from 0001-01-01, which is 1, and `micros` are those of the day; of a duration both are its own.
 * `offset`: the seconds that a datetime is ahead of UTC, null for a naive one.
 */
class PythonTime {
  constructor(type, days, micros = 0, offset = null) {
    Object.assign(this, { type, days, micros, offset });
  }

  get [Symbol.toStringTag]() {
    return "TimeValue";
  }

  toJSON() {
    return fail("Gap", "a date or time was passed to JSON.stringify; use python.stringify");
  }

  truth() {
    return this.type !== "datetime.timedelta" || this.days !== 0 || this.micros !== 0;
  }

  equals(other) {
    return this.comparable(other) && this.order(other) === 0;
  }

  comparable(other) {
    return this.type === other.type && (this.offset === null) === (other.offset === null);
  }

  /** Less than, equal to or greater than 0, as this one comes before, with or after the other one. */
  order(other) {
    if (!this.comparable(other)) fail("TypeError", "can't compare these dates or times");
    const [one, two_] = [this, other].map(({ days, micros, offset }) => {
      const carried = Math.floor((micros - (offset || 0) * 1e6) / DAY_MICROS);
      return [days + carried, micros - (offset || 0) * 1e6 - carried * DAY_MICROS];
    });
    return Math.sign(one[0] - two_[0]) || Math.sign(one[1] - two_[1]);
  }

  text() {
    return this.type === "datetime.timedelta" ? durationText(this) : iso_text(this, ...(this.type === "datetime.date" ? [] : [" "]));
  }

  repr() {
    return `${this.type}(${this.type === "datetime.timedelta" ? durationParts(this) : timeParts(this)})`;
  }

  format(layout) {
    return this.type === "datetime.timedelta" ? fail("TypeError", "unsupported format string passed to datetime.timedelta.__format__") : format_time(this, layout);
  }

  operate(symbol, a, b) {
    return timeArithmetic(symbol, a, b);
  }
}

/** Year, month and day. */
function dayFields(ordinal) {
  const days = ordinal + 305; // from 0000-03-01
  const era = Math.floor(days / 146097);
  const of_era = days - era * 146097;
  const year = Math.floor((of_era - Math.floor(of_era / 1460) + Math.floor(of_era / 36524) - Math.floor(of_era / 146096)) / 365);
  const of_year = of_era - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * of_year + 2) / 153);
  const day = of_year - Math.floor((153 * month + 2) / 5) + 1;
  const number = month < 10 ? month + 3 : month - 9;
  return [year + era * 400 + (number <= 2 ? 1 : 0), number, day];
}

function dayOf(year, month, day) {
  const shifted = month <= 2 ? year - 1 : year;
  const of_year = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return shifted * 365 + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400) + of_year - 305;
}

/** The number of a day whose fields are in their ranges. */
function checkedDay(year, month, day) {
  if (year < 1 || year > 9999) fail("ValueError", `year ${year} is out of range`);
  if (month < 1 || month > 12) fail("ValueError", "month must be in 1..12");
  const number = dayOf(year, month, day);
  if (day < 1 || dayFields(number)[1] !== month) fail("ValueError", "day is out of range for month");
  return number;
}

function checkedMicros(hour, minute, second, microsecond) {
  if (hour < 0 || hour > 23) fail("ValueError", "hour must be in 0..23");
  if (minute < 0 || minute > 59) fail("ValueError", "minute must be in 0..59");
  if (second < 0 || second > 59) fail("ValueError", "second must be in 0..59");
  if (microsecond < 0 || microsecond > 999999) fail("ValueError", "microsecond must be in 0..999999");
  return ((hour * 60 + minute) * 60 + second) * 1e6 + microsecond;
}

/** An int of C. */
function smallInt(v) {
  if (!is_integer(v)) fail("TypeError", `'${type_name(v)}' object cannot be interpreted as an integer`);
  return whole(v) >= -(2n ** 31n) && whole(v) < 2n ** 31n ? Number(v) : fail("OverflowError", "an int that C does not hold");
}

const clockFields = (micros) => {
  const seconds = Math.floor(micros / 1e6);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, micros % 1e6];
};

const isDatetime = (v) => isTime(v) && v.type === "datetime.datetime";
const isDuration = (v) => isTime(v) && v.type === "datetime.timedelta";
const isDay = (v) => isTime(v) && v.type !== "datetime.timedelta";
const lacking = (v, name) => fail("AttributeError", `'${type_name(v)}' object has no attribute '${name}'`);

/** datetime(year, month, day, ...) */
function new_datetime(year, month, day, hour = 0, minute = 0, second = 0, microsecond = 0) {
  const given = [year, month, day, hour, minute, second, microsecond].map(smallInt);
  return new PythonTime("datetime.datetime", checkedDay(...given.slice(0, 3)), checkedMicros(...given.slice(3)));
}

/** date(year, month, day) */
const new_date = (...given) => new PythonTime("datetime.date", checkedDay(...given.map(smallInt)));

/** A duration of so many microseconds, a BigInt. */
function newDuration(micros) {
  const days = floored(micros, BigInt(DAY_MICROS));
  if (days > BigInt(MOST_DAYS) || days < -BigInt(MOST_DAYS)) fail("OverflowError", "days; must have magnitude <= 999999999");
  return new PythonTime("datetime.timedelta", Number(days), Number(micros - days * BigInt(DAY_MICROS)));
}

const microsOf = (v) => BigInt(v.days) * BigInt(DAY_MICROS) + BigInt(v.micros);
const PARTS = [["microseconds", 1n], ["milliseconds", 1000n], ["seconds", 1000000n], ["minutes", 60000000n], ["hours", 3600000000n], ["days", 86400000000n], ["weeks", 604800000000n]];

/** timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks) */
function new_timedelta(days = 0, seconds = 0, microseconds = 0, milliseconds = 0, minutes = 0, hours = 0, weeks = 0) {
  const given = { days, seconds, microseconds, milliseconds, minutes, hours, weeks };
  let [sum_, left] = [0n, 0];
  for (const [name, factor] of PARTS) {
    const part = given[name];
    if (is_integer(part)) sum_ += whole(part) * factor;
    else if (is_float(part)) {
      const [int_, fraction] = splitFloat(real(part));
      sum_ += int_ * factor;
      if (fraction !== 0) {
        const [micros, rest] = splitFloat(fraction * Number(factor));
        sum_ += micros;
        left += rest;
      }
    } else fail("TypeError", `unsupported type for timedelta ${name} component: ${type_name(part)}`);
  }
  if (left !== 0) {
    let round_ = awayFromZero(left);
    if (Math.abs(round_ - left) === 0.5) {
      const odd = Number(sum_ & 1n);
      round_ = 2 * awayFromZero((left + odd) * 0.5) - odd;
    }
    sum_ += BigInt(round_);
  }
  return newDuration(sum_);
}

const awayFromZero = (number) => Math.sign(number) * Math.floor(Math.abs(number) + 0.5);

/** The whole part, a BigInt, and the rest. */
function splitFloat(number) {
  if (Number.isNaN(number)) fail("ValueError", "cannot convert float NaN to integer");
  if (!Number.isFinite(number)) fail("OverflowError", "cannot convert float infinity to integer");
  return [BigInt(Math.trunc(number)), number - Math.trunc(number)];
}

/** A date or datetime that lies so many days and microseconds of a day later. */
function shifted(v, days, micros = 0) {
  const sum_ = v.micros + micros;
  const carried = Math.floor(sum_ / DAY_MICROS);
  const day = v.days + days + carried;
  if (day < 1 || day > LAST_DAY) fail("OverflowError", "date value out of range");
  return new PythonTime(v.type, day, sum_ - carried * DAY_MICROS, v.offset);
}

/** x / y of BigInts, to the nearest, half to even. */
function nearestRatio(x, y) {
  const [top, bottom] = y < 0n ? [-x, -y] : [x, y];
  const quotient = floored(top, bottom);
  const twice = 2n * (top - quotient * bottom);
  return twice > bottom || (twice === bottom && quotient % 2n !== 0n) ? quotient + 1n : quotient;
}

/** Numerator and denominator of a float, as BigInts. */
function fractionOf(number) {
  splitFloat(number);
  let [top, bottom] = [number, 1n];
  while (!Number.isInteger(top)) [top, bottom] = [top * 2, bottom * 2n];
  return [BigInt(top), bottom];
}

function timeArithmetic(symbol, a, b) {
  const refuse = () => fail("TypeError", `unsupported operand type(s) for ${symbol}: '${type_name(a)}' and '${type_name(b)}'`);
  if (symbol === "neg") return isDuration(a) ? newDuration(-microsOf(a)) : fail("TypeError", `bad operand type for unary -: '${type_name(a)}'`);
  if (symbol === "abs") return isDuration(a) ? (a.days < 0 ? newDuration(-microsOf(a)) : a) : fail("TypeError", `bad operand type for abs(): '${type_name(a)}'`);
  if (symbol === "+") {
    if (isDuration(a) && isDuration(b)) return newDuration(microsOf(a) + microsOf(b));
    const [moment, by] = isDuration(a) ? [b, a] : [a, b];
    if (!isDay(moment) || !isDuration(by)) refuse();
    return isDatetime(moment) ? shifted(moment, by.days, by.micros) : shifted(moment, by.days);
  }
  if (symbol === "-") {
    if (isDuration(a) && isDuration(b)) return newDuration(microsOf(a) - microsOf(b));
    if (isDay(a) && isDuration(b)) return isDatetime(a) ? shifted(a, -b.days, -b.micros) : shifted(a, -b.days);
    if (!isDay(a) || !isDay(b) || a.type !== b.type) refuse();
    if ((a.offset === null) !== (b.offset === null)) fail("TypeError", "can't subtract offset-naive and offset-aware datetimes");
    return newDuration(microsOf(a) - microsOf(b) - BigInt((a.offset || 0) - (b.offset || 0)) * 1000000n);
  }
  if (symbol === "*") {
    const [by, number_] = isDuration(a) ? [a, b] : [b, a];
    if (!isDuration(by)) refuse();
    if (is_integer(number_)) return newDuration(microsOf(by) * whole(number_));
    if (!is_float(number_)) refuse();
    const [top, bottom] = fractionOf(real(number_));
    return newDuration(nearestRatio(microsOf(by) * top, bottom));
  }
  if (!isDuration(a)) refuse();
  const nothing = () => fail("ZeroDivisionError", "integer division or modulo by zero");
  if (isDuration(b)) {
    const [x, y] = [microsOf(a), microsOf(b)];
    if (y === 0n) nothing();
    if (symbol === "/") return ratio(x, y);
    if (symbol === "//") return int(floored(x, y));
    return symbol === "%" ? newDuration(x - y * floored(x, y)) : refuse();
  }
  if (symbol === "//" && is_integer(b)) return whole(b) === 0n ? nothing() : newDuration(floored(microsOf(a), whole(b)));
  if (symbol !== "/" || !(is_integer(b) || is_float(b))) refuse();
  if (is_integer(b)) return whole(b) === 0n ? nothing() : newDuration(nearestRatio(microsOf(a), whole(b)));
  const [top, bottom] = fractionOf(real(b));
  return top === 0n ? nothing() : newDuration(nearestRatio(microsOf(a) * bottom, top));
}

/** value.replace(tzinfo=timezone(timedelta(seconds=offset))) */
function aware(v, offset) {
  if (!isDatetime(v)) lacking(v, "tzinfo");
  return new PythonTime(v.type, v.days, v.micros, checkedOffset(offset));
}

function checkedOffset(offset) {
  if (!is_integer(offset) || is_boolean(offset)) fail("TypeError", "an offset that is no int");
  if (newDuration(whole(offset) * 1000000n) && Math.abs(Number(offset)) >= 86400) fail("ValueError", "offset must be a timedelta strictly between -24 and 24 hours");
  return Number(offset);
}

/** value.replace(tzinfo=None) */
const naive = (v) => (isDatetime(v) ? new PythonTime(v.type, v.days, v.micros) : lacking(v, "tzinfo"));

/** value.date() */
const date_of = (v) => (isDatetime(v) ? new PythonTime("datetime.date", v.days) : lacking(v, "date"));

/** value.year, and so on */
function time_field(v, name) {
  if (!isTime(v)) lacking(v, name);
  const fields_ = isDuration(v) ? { days: v.days, seconds: Math.floor(v.micros / 1e6), microseconds: v.micros % 1e6 } : dayAndClock(v);
  return is_string(name) && Object.hasOwn(fields_, name) ? fields_[name] : lacking(v, name);
}

function dayAndClock(v) {
  const [year, month, day] = dayFields(v.days);
  const [hour, minute, second, microsecond] = clockFields(v.micros);
  return isDatetime(v) ? { year, month, day, hour, minute, second, microsecond } : { year, month, day };
}

/** value.total_seconds() */
const total_seconds = (v) => (isDuration(v) ? ratio(microsOf(v), 1000000n) : lacking(v, "total_seconds"));

/** value.replace(year=..., ...) */
function with_fields(v, fields_) {
  if (!isDay(v)) lacking(v, "replace");
  if (!is_dict(fields_)) fail("TypeError", "fields that are no dict");
  const now = dayAndClock(v);
  const given = items(fields_).map(([name, each]) => (Object.hasOwn(now, name) ? [name, each] : fail("TypeError", "an invalid keyword argument")));
  const all_ = Object.values({ ...now, ...Object.fromEntries(given.map(([name, each]) => [name, smallInt(each)])) });
  const made = isDatetime(v) ? new_datetime(...all_) : new_date(...all_);
  return new PythonTime(v.type, made.days, made.micros, v.offset);
}

/** value.weekday() */
const weekday = (v) => (isDay(v) ? (v.days + 6) % 7 : lacking(v, "weekday"));
/** value.isoweekday() */
const iso_weekday = (v) => (isDay(v) ? ((v.days + 6) % 7) + 1 : lacking(v, "isoweekday"));

/** The value with str of all dates, times and durations in it: json.dumps(v, default=str) */
function times_as_text(v) {
  if (isTime(v)) return v.text();
  if (is_list(v)) return v.map(times_as_text);
  return is_dict(v) ? dict(items(v).map(([key, each]) => [key, times_as_text(each)])) : v;
}
