// Texts in the notations of the web: percent escapes, forms, entities, base64.

/** urllib.parse.quote(string, safe) */
function quote(string, safe = "/") {
  if (string === "") return string;
  if (!is_string(string)) fail("TypeError", "quote_from_bytes() expected bytes");
  if (is_list(safe) || is_dict(safe)) fail("Gap", "safe characters that are no str");
  if (!is_string(safe)) fail("TypeError", "safe characters that are no str");
  return percent(string, { test: (character_) => UNRESERVED.test(character_) || safe.includes(character_) });
}

/** urllib.parse.quote_plus(string, safe) */
function quote_plus(string, safe = "") {
  if (!is_string(string) || !string.includes(" ")) return quote(string, safe);
  return quote(string, is_string(safe) ? `${safe} ` : safe).replaceAll(" ", "+");
}

/** urllib.parse.urlencode(pairs, repeat) */
function urlencode(pairs, repeat = false) {
  if ((is_list(pairs) || is_string(pairs)) && !length(pairs)) return "";
  if (!is_dict(pairs)) fail("TypeError", "not a valid non-string sequence or mapping object");
  const several = truth(repeat);
  return items(pairs).flatMap(([key, value]) =>
    (several && isContainer(value) ? iterate(value) : [value]).map((each) => `${quote_plus(is_string(key) ? key : text(key))}=${quote_plus(text(each))}`)).join("&");
}

/** html.escape(string, quote) */
function html_escape(string, quotes = true) {
  if (!is_string(string)) fail("AttributeError", `'${type_name(string)}' object has no attribute 'replace'`);
  const escaped = string.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return truth(quotes) ? escaped.replaceAll('"', "&quot;").replaceAll("'", "&#x27;") : escaped;
}

/** string.encode().decode() */
function utf8_text(string) {
  if (!is_string(string)) fail("AttributeError", `'${type_name(string)}' object has no attribute 'encode'`);
  return string.isWellFormed() ? string : fail("UnicodeEncodeError", "surrogates not allowed");
}

/** base64.b64encode(string.encode()).decode(); or of bytes */
const base64_text = (string) => (Buffer.isBuffer(string) ? string : Buffer.from(utf8_text(string), "utf8")).toString("base64");
