// What Python's urllib.request does to a request before it is sent, and to an answer before it is read.

/** The URL that urlopen asks for, without its fragment. */
function urllib_url(url, pairs = []) {
  if (!is_string(url)) fail("AttributeError", `'${type_name(url)}' object has no attribute 'timeout'`);
  if (pairs.length) fail("Gap", "parameters, which urllib.request does not have");
  const parts = /^(https?):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?$/is.exec(url) || fail("Gap", "a URL that is not of http or https");
  const [, scheme, authority, path, query = ""] = parts;
  if (!/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?(?::[0-9]{1,5})?$/.test(authority)) fail("Gap", "a host that is not plain ASCII, or that is invalid");
  const target = `${path || "/"}${query}`;
  if (/[\x00-\x20\x7f]/.test(target)) fail("http.InvalidURL", "URL can't contain control characters");
  if (/[^\x00-\x7f]/.test(target)) fail("UnicodeEncodeError", "'ascii' codec can't encode a character");
  return deliverable(`${scheme.toLowerCase()}://${authority.toLowerCase()}${target}`);
}

/** A header value as http.client checks it; an integer is written as text. */
function urllibHeader(name, given) {
  const value = type_name(given) === "int" ? text(given) : given;
  if (!is_string(value)) fail("TypeError", `expected string or bytes-like object, got '${type_name(given)}'`);
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) fail("Gap", "a header name that Node-RED cannot send");
  if (/\n(?![ \t])|\r(?![ \t\n])/.test(value)) fail("ValueError", "Invalid header value");
  if (value === "") fail("Gap", "an empty header value, which Node-RED drops");
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(latin(value)) ? value : fail("Gap", "a control character in a header value");
}

/** The headers to send, from pairs. */
const urllib_headers = (pairs) => Object.fromEntries((is_dict(pairs) ? items(pairs) : pairs).map(([name, value]) => [name, urllibHeader(name, value)]));

/** The bytes of a body, given as the text that they are in UTF-8. */
function urllib_data(content) {
  if (!is_string(content)) fail("Gap", `a body that is ${type_name(content)}`);
  return content.isWellFormed() ? content : fail("UnicodeEncodeError", "surrogates not allowed");
}

/** What urllib.request makes of a request and of its answer, of which a script has the bytes. */
const urllib_client = {
  name: "urllib",
  url: urllib_url,
  headers: urllib_headers,
  data: urllib_data,
  text: () => fail("Gap", "urllib.request makes no text of an answer"),
  body: (bytes) => parse_bytes(bytes),
};
