// Python's re, with patterns that were written anew for JavaScript. A match is a list: the whole, then each group or null.

/** The text, where both languages see the same characters in it; ignoring case, that is ASCII. */
function searched(source, flags, text) {
  if (type_name(text) !== "str") fail("TypeError", "expected string or bytes-like object");
  if (!text.isWellFormed()) fail("Gap", "half a surrogate pair in a text");
  if (flags.includes("i") && !/^[\0-\x7f]*$/.test(text)) fail("Gap", "the case of letters that are not ASCII");
  // What looks back may stand between the halves of a surrogate pair there, though the flag `u` forbids it.
  if (source.includes("(?<") && /[\ud800-\udfff]/.test(text)) fail("Gap", "a character beyond U+FFFF where a pattern looks back");
  return certain(text);
}

const found_in = (match) => Array.from(match, (group) => (group === undefined ? null : group));
const re_finditer = (source, flags, text) => Array.from(searched(source, flags, text).matchAll(new RegExp(source, flags)), found_in);
const re_findall = (source, flags, text) => re_finditer(source, flags, text).map((match) => match[match.length > 1 ? 1 : 0] ?? "");

function re_search(source, flags, text) {
  const match = new RegExp(source, flags).exec(searched(source, flags, text));
  return match && found_in(match);
}

const re_match = (source, flags, text) => re_search(`^(?:${source})`, flags, text);
const re_fullmatch = (source, flags, text) => re_search(`^(?:${source})(?![\\s\\S])`, flags, text);

/** re.sub: the replacement is a list of texts and numbers of groups. */
function re_sub(source, flags, replacement, text, count) {
  const most = count === undefined ? Infinity : Number(count);
  let [made, end, number] = ["", 0, 0];
  for (const match of searched(source, flags, text).matchAll(new RegExp(source, flags))) {
    if (++number > most) break;
    const parts = replacement.map((part) => (typeof part === "number" ? match[part] ?? "" : part));
    made += text.slice(end, match.index) + parts.join("");
    end = match.index + match[0].length;
  }
  return made + text.slice(end);
}

/** re.split: what lies between the matches, with their groups. */
function re_split(source, flags, text, limit) {
  const most = limit === undefined ? Infinity : Number(limit);
  const made = [];
  let [end, number] = [0, 0];
  for (const match of searched(source, flags, text).matchAll(new RegExp(source, flags))) {
    if (++number > most) break;
    made.push(text.slice(end, match.index), ...found_in(match).slice(1));
    end = match.index + match[0].length;
  }
  return [...made, text.slice(end)];
}

/** match.group(number) */
function re_group(found, number) {
  if (found === null) fail("AttributeError", "'NoneType' object has no attribute 'group'");
  if (!Array.isArray(found) || !["int", "bool"].includes(type_name(number))) fail("TypeError", "no match");
  return Number(number) in found ? found[Number(number)] : fail("IndexError", "no such group");
}
