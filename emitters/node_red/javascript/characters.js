// Case and classes of characters, as Python's str has them.

/** string.casefold() */
function casefold(string) {
  const fold = (point) => (FOLDED.test(point) ? point.toUpperCase().toLowerCase() : point.toLowerCase());
  return [...certain(receiver("casefold", string))].map((point) => (CHEROKEE.test(point) ? cherokee(point) : point === "\u1e9e" ? "ss" : fold(point))).join("");
}

/** Cherokee letters fold to upper case. */
const cherokee = (point) => point.toUpperCase();

/** string.swapcase() */
function swapcase(string) {
  const points = [...certain(receiver("swapcase", string))];
  return points.map((point, index_) => {
    if (/\p{Uppercase}/u.test(point)) return point === "Σ" ? sigma(points, index_) : point.toLowerCase();
    return /\p{Lowercase}/u.test(point) ? point.toUpperCase() : point;
  }).join("");
}

/** Whether a str is not empty and has such characters only. */
const only = (method, pattern) => (string) => pattern.test(certain(receiver(method, string)));

const isdecimal = only("isdecimal", /^\p{Nd}+$/u);
const isdigit = only("isdigit", new RegExp(`^[\\p{Nd}${OTHER_DIGITS}]+$`, "u"));
const isalpha = only("isalpha", /^\p{L}+$/u);
const isalnum = only("isalnum", /^[\p{L}\p{N}]+$/u);
const isspace = only("isspace", new RegExp(`^[${SPACE}]+$`));
const isascii = (string) => /^[\x00-\x7f]*$/.test(receiver("isascii", string));

/** string.isnumeric(); which Han characters have a numeric value differs between versions of Python */
function isnumeric(string) {
  if (/(?!\p{N})\p{Script=Han}/u.test(receiver("isnumeric", string))) fail("Gap", "the numeric value of a Han character");
  return /^\p{N}+$/u.test(certain(string));
}

const isupper = (string) => /\p{Uppercase}/u.test(certain(receiver("isupper", string))) && !/[\p{Lowercase}\p{Lt}]/u.test(string);
const islower = (string) => /\p{Lowercase}/u.test(certain(receiver("islower", string))) && !/[\p{Uppercase}\p{Lt}]/u.test(string);

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

/** string.capitalize() */
function capitalize(string) {
  const all = lower(string);
  if (all === "") return "";
  const first = String.fromCodePoint(string.codePointAt(0));
  return title(first) + all.slice(lower(first).length);
}
