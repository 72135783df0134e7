// The clock of the machine: seconds since 1970, local times, and what is new each time.
/** value.astimezone(timezone(timedelta(seconds=offset))) */
function at_offset(v, offset) {
  if (!isDatetime(v)) lacking(v, "astimezone");
  const to = checkedOffset(offset);
  const utc = shifted(v, 0, -(v.offset === null ? localOffset(v) : v.offset) * 1e6);
  const moved = shifted(utc, 0, to * 1e6);
  return new PythonTime(v.type, moved.days, moved.micros, to);
}

/** The seconds that a naive datetime, taken for a local time, is ahead of UTC. */
function localOffset(v) {
  if (v.days < 3 || v.days > LAST_DAY - 3) fail("Gap", "a local time at the end of time");
  const near = (v.days - EPOCH_DAY) * 86400e3 + Math.floor(v.micros / 1000);
  const offsets = [-1, 0, 1].map((days) => new Date(near + days * 86400e3).getTimezoneOffset());
  if (offsets.some((each) => each !== offsets[0])) fail("Gap", "a local time near a change of the clocks");
  if (offsets[0] !== 0 && !(dayFields(v.days)[0] >= 1971 && dayFields(v.days)[0] <= 2036)) fail("Gap", "a local time of another age");
  return -offsets[0] * 60;
}

/** value.timestamp() */
function timestamp(v) {
  if (!isDatetime(v)) lacking(v, "timestamp");
  const seconds = BigInt(v.days - EPOCH_DAY) * 86400n - BigInt(v.offset === null ? localOffset(v) : v.offset);
  if (v.offset !== null) return ratio(seconds * 1000000n + BigInt(v.micros), 1000000n);
  return float(Number(seconds) + Math.floor(v.micros / 1e6) + (v.micros % 1e6) / 1e6);
}

/** datetime.utcfromtimestamp(seconds) */
function utc_from_timestamp(seconds) {
  if (!is_integer(seconds) && !is_float(seconds)) fail("TypeError", `'${type_name(seconds)}' object cannot be interpreted as an integer`);
  const [int_, fraction] = is_integer(seconds) ? [whole(seconds), 0] : splitFloat(real(seconds));
  if (int_ >= 2n ** 63n || int_ < -(2n ** 63n)) fail("OverflowError", "timestamp out of range for platform time_t");
  const days = floored(int_, 86400n);
  const made = new PythonTime("datetime.datetime", Number(days) + EPOCH_DAY, Number(int_ - days * 86400n) * 1e6);
  if (made.days < 0 || made.days > LAST_DAY + 1) fail(Math.abs(made.days) < 7e11 ? "ValueError" : "Gap", "year is out of range");
  const whole_ = evenly(fraction * 1e6);
  return withinYears(made, whole_);
}

const withinYears = (v, micros) => {
  const sum_ = v.micros + micros;
  const carried = Math.floor(sum_ / DAY_MICROS);
  const day = v.days + carried;
  return day < 1 || day > LAST_DAY ? fail("ValueError", "year is out of range") : new PythonTime(v.type, day, sum_ - carried * DAY_MICROS);
};

/** The nearest whole number, half to even. */
function evenly(number) {
  const down = Math.floor(number);
  const rest = number - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
}

/** datetime.fromtimestamp(seconds) */
function local_from_timestamp(seconds) {
  const around = is_integer(seconds) || is_float(seconds) ? Number(is_float(seconds) ? real(seconds) : seconds) : 0;
  if ([-62135596800, 253402300800].some((end) => Math.abs(around - end) < 3 * 86400)) fail("Gap", "a local time at the end of time");
  const utc = utc_from_timestamp(seconds);
  const minutes = new Date((utc.days - EPOCH_DAY) * 86400e3 + Math.floor(utc.micros / 1000)).getTimezoneOffset();
  if (minutes !== 0 && !(dayFields(utc.days)[0] >= 1971 && dayFields(utc.days)[0] <= 2036)) fail("Gap", "a local time of another age");
  return shifted(utc, 0, -minutes * 60e6);
}

let anchor = null;

/** Microseconds since 1970: the system's clock has milliseconds, those between are counted from one of them on. */
function clockMicros() {
  const [now, tick] = [Date.now() * 1000, process.hrtime.bigint() / 1000n];
  const counted = anchor && anchor.at + Number(tick - anchor.tick);
  if (anchor && Math.abs(counted - now) < 2000) return counted;
  anchor = { at: now + Number(tick % 1000n), tick };
  return anchor.at;
}

/** One look at the clock: naive datetimes in UTC and in the zone of this machine, seconds and nanoseconds since 1970. */
function read_clock() {
  const now = clockMicros();
  const utc = shifted(new PythonTime("datetime.datetime", EPOCH_DAY), Math.floor(now / DAY_MICROS), now % DAY_MICROS);
  const local = shifted(utc, 0, -new Date(Math.floor(now / 1000)).getTimezoneOffset() * 60e6);
  return { utc, local, seconds: float(now / 1e6), nanoseconds: int(BigInt(now) * 1000n) };
}

/** str(uuid.uuid4()) */
const new_uuid = () => ({ text: crypto.randomUUID() });
