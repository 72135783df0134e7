// Dates, times and durations as texts, and texts read as such.
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const twoFigures = (number) => String(number).padStart(2, "0");
const sixFigures = (number) => String(number).padStart(6, "0");

function durationText({ days, micros }) {
  const [hours, minutes, seconds, rest] = clockFields(micros);
  const figures = `${hours}:${twoFigures(minutes)}:${twoFigures(seconds)}${rest ? `.${sixFigures(rest)}` : ""}`;
  return days === 0 ? figures : `${days} day${Math.abs(days) === 1 ? "" : "s"}, ${figures}`;
}

function durationParts({ days, micros }) {
  const [seconds, rest] = [Math.floor(micros / 1e6), micros % 1e6];
  const shown = [["days", days], ["seconds", seconds], ["microseconds", rest]].filter(([, number_]) => number_ !== 0);
  return shown.length ? shown.map(([name, number_]) => `${name}=${number_}`).join(", ") : "0";
}

function timeParts(v) {
  if (!isDatetime(v)) return dayFields(v.days).join(", ");
  const [hour, minute, second, rest] = clockFields(v.micros);
  const fields_ = [...dayFields(v.days), hour, minute, ...(second || rest ? [second] : []), ...(rest ? [rest] : [])];
  const zone = v.offset === 0 ? "datetime.timezone.utc" : `datetime.timezone(${v.offset === null ? "" : newDuration(BigInt(v.offset) * 1000000n).repr()})`;
  return fields_.join(", ") + (v.offset === null ? "" : `, tzinfo=${zone}`);
}

/** The offset from UTC as +HH:MM, with seconds where there are any. */
function offsetText(offset, colon = ":") {
  const seconds = Math.abs(offset);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, ...(seconds % 60 ? [seconds % 60] : [])];
  return (offset < 0 ? "-" : "+") + parts.map(twoFigures).join(colon);
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:([^])(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d:\d\d(?::\d\d)?)?)?$/;

/** datetime.fromisoformat(string) */
function iso_datetime(string) {
  if (!is_string(string)) fail("TypeError", "fromisoformat: argument must be str");
  if (!/^[0-9]{4}/.test(string) || [...string].length < 7) fail("ValueError", "Invalid isoformat string");
  const [, year, month, day, , hour = "0", minute = "0", second = "0", fraction = "", zone] = ISO.exec(string) || fail("Gap", "an unusual form of ISO 8601");
  if (Number(hour) === 24) fail("Gap", "the hour 24, on which versions of Python differ");
  const micros = Number(fraction.slice(0, 6).padEnd(6, "0"));
  const made = new_datetime(...[year, month, day, hour, minute, second].map(Number), micros);
  if (zone === undefined) return made;
  if (zone === "Z") return aware(made, 0);
  const [hours, minutes, seconds = 0] = zone.slice(1).split(":").map(Number);
  if (minutes > 59 || seconds > 59) fail("Gap", "an unusual offset from UTC");
  return aware(made, (zone[0] === "-" ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds) || 0);
}

/** date.fromisoformat(string) */
function iso_date(string) {
  if (!is_string(string)) fail("TypeError", "fromisoformat: argument must be str");
  if (!/^[0-9]{4}/.test(string) || ![7, 8, 10].includes([...string].length)) fail("ValueError", "Invalid isoformat string");
  const [, ...given] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(string) || fail("Gap", "an unusual form of ISO 8601");
  return new_date(...given.map(Number));
}

const shortNames = (names) => names.map((name) => name.slice(0, 3));
const PARSERS = {
  d: "3[01]|[12][0-9]|0[1-9]|[1-9]| [1-9]",
  f: "[0-9]{1,6}",
  H: "2[0-3]|[01][0-9]|[0-9]",
  I: "1[0-2]|0[1-9]|[1-9]",
  m: "1[0-2]|0[1-9]|[1-9]",
  M: "[0-5][0-9]|[0-9]",
  S: "6[01]|[0-5][0-9]|[0-9]",
  y: "[0-9][0-9]",
  Y: "[0-9]{4}",
  z: "[+-][0-9][0-9]:?[0-5][0-9](?::?[0-5][0-9](?:\\.[0-9]{1,6})?)?|Z",
  p: "am|pm",
  a: shortNames(WEEKDAYS).join("|"),
  A: [...WEEKDAYS].sort((one, other) => other.length - one.length).join("|"),
  b: shortNames(MONTHS).join("|"),
  B: [...MONTHS].sort((one, other) => other.length - one.length).join("|"),
};

/** datetime.strptime(string, layout) */
function parse_time(string, layout) {
  if (!is_string(string) || !is_string(layout)) fail("TypeError", `strptime() argument must be str, not ${type_name(is_string(string) ? layout : string)}`);
  if (!/^[\x00-\x7f]*$/.test(string + layout) || /[\x1c-\x1f]/.test(string + layout)) fail("Gap", "a time, or its layout, that is not ASCII");
  const letters = [];
  const pattern = layout.replace(/[\\.^$*+?(){}[\]|]/g, "\\$&").replace(/\s+/g, "\\s+").replace(/%([^])?/g, (_, letter) => {
    if (letter === "%") return "%";
    if (!Object.hasOwn(PARSERS, letter || "") || letters.includes(letter)) fail("Gap", "a directive of strptime that is unusual, or there twice");
    letters.push(letter);
    return `(${PARSERS[letter]})`;
  });
  const found = new RegExp(`^(?:${pattern})`, "i").exec(string);
  if (!found || found[0].length !== string.length) fail("ValueError", "time data does not match format");
  const of = Object.fromEntries(letters.map((letter, at) => [letter, found[at + 1]]));
  let [year, month, hour] = [null, 1, 0];
  for (const letter of letters) {
    const number_ = Number(of[letter]);
    if (letter === "Y") year = number_;
    if (letter === "y") year = number_ + (number_ <= 68 ? 2000 : 1900);
    if (letter === "m") month = number_;
    if (letter === "b" || letter === "B") month = shortNames(MONTHS).findIndex((name) => name.toLowerCase() === of[letter].slice(0, 3).toLowerCase()) + 1;
    if (letter === "H") hour = number_;
    if (letter === "I") hour = (number_ % 12) + (of.p && of.p.toLowerCase() === "pm" ? 12 : 0);
  }
  const micros = of.f === undefined ? 0 : Number(of.f.padEnd(6, "0"));
  const made = new_datetime(year === null ? 1900 : year, month, Number(of.d || 1), hour, Number(of.M || 0), Number(of.S || 0), micros);
  return of.z === undefined ? made : aware(made, parsedOffset(of.z));
}

function parsedOffset(given) {
  if (given === "Z") return 0;
  if (given === "z") fail("ValueError", "time data does not match format");
  let figures = given;
  if (figures[3] === ":") {
    figures = figures.slice(0, 3) + figures.slice(4);
    if (figures.length > 5) {
      if (figures[5] !== ":") fail("ValueError", "Inconsistent use of :");
      figures = figures.slice(0, 5) + figures.slice(6);
    }
  }
  if (figures.length > 7 || figures.slice(5).includes(":")) fail("Gap", "an unusual offset from UTC");
  const seconds = Number(figures.slice(1, 3)) * 3600 + Number(figures.slice(3, 5)) * 60 + Number(figures.slice(5, 7) || 0);
  return figures[0] === "-" && seconds ? -seconds : seconds;
}

/** value.strftime(layout) */
function format_time(v, layout) {
  if (!isDay(v)) lacking(v, "strftime");
  if (!is_string(layout)) fail("TypeError", `strftime() argument 1 must be str, not ${type_name(layout)}`);
  if (!/^[\x01-\x7f]*$/.test(layout)) fail("Gap", "a layout of a time that is not ASCII");
  return layout.replace(/%([^])?/g, (_, letter) => directive(v, letter));
}

function directive(v, letter) {
  const [year, month, day] = dayFields(v.days);
  const [hour, minute, second, rest] = clockFields(v.micros);
  const weekday_ = (v.days + 6) % 7;
  const of_year = v.days - dayOf(year, 1, 1);
  switch (letter) {
    case "a": return WEEKDAYS[weekday_].slice(0, 3);
    case "A": return WEEKDAYS[weekday_];
    case "b": return MONTHS[month - 1].slice(0, 3);
    case "B": return MONTHS[month - 1];
    case "d": return twoFigures(day);
    case "H": return twoFigures(hour);
    case "I": return twoFigures(hour % 12 || 12);
    case "j": return String(of_year + 1).padStart(3, "0");
    case "m": return twoFigures(month);
    case "M": return twoFigures(minute);
    case "p": return hour < 12 ? "AM" : "PM";
    case "S": return twoFigures(second);
    case "U": return twoFigures(Math.floor((of_year + 7 - ((weekday_ + 1) % 7)) / 7));
    case "w": return String((weekday_ + 1) % 7);
    case "W": return twoFigures(Math.floor((of_year + 7 - weekday_) / 7));
    case "y": return twoFigures(year % 100);
    case "Y": return year < 1000 ? fail("Gap", "a year before 1000, which systems write differently") : String(year);
    case "z": return v.offset === null ? "" : offsetText(v.offset, "");
    case "Z": return v.offset === null ? "" : `UTC${v.offset === 0 ? "" : offsetText(v.offset)}`;
    case "f": return sixFigures(rest);
    case "%": return "%";
    default: return fail("Gap", "a directive of strftime that systems write differently");
  }
}

const PRECISIONS = { hours: 1, minutes: 2, seconds: 3, milliseconds: 4, microseconds: 4 };

/** value.isoformat(separator, timespec) */
function iso_text(v, separator = "T", timespec = "auto") {
  if (!isDay(v)) lacking(v, "isoformat");
  const day = dayFields(v.days).map((number_, at) => String(number_).padStart(at === 0 ? 4 : 2, "0")).join("-");
  if (!isDatetime(v)) return separator === "T" && timespec === "auto" ? day : fail("TypeError", "date.isoformat() takes no arguments");
  if (!is_string(separator) || [...separator].length !== 1 || !is_string(timespec)) fail("TypeError", "a separator that is no character, or a precision that is no str");
  const [hour, minute, second, rest] = clockFields(v.micros);
  const precision = timespec === "auto" ? (rest ? "microseconds" : "seconds") : timespec;
  if (!Object.hasOwn(PRECISIONS, precision)) fail("ValueError", "Unknown timespec value");
  const fraction = precision === "milliseconds" ? sixFigures(rest).slice(0, 3) : sixFigures(rest);
  const figures = [hour, minute, second].slice(0, PRECISIONS[precision]).map(twoFigures).join(":") + (PRECISIONS[precision] === 4 ? `.${fraction}` : "");
  return `${day}${separator}${figures}${v.offset === null ? "" : offsetText(v.offset)}`;
}
