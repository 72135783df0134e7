// What the Python library requests does to a request before it is sent, and to an answer before it is read.
const UNRESERVED = /[A-Za-z0-9._~-]/;
const PATH_CHARACTERS = /[A-Za-z0-9._~!$&'()*+,;=:@/-]/;
const QUERY_CHARACTERS = /[A-Za-z0-9._~!$&'()*+,;=:@/?-]/;
const REQUOTE_SAFE = /[A-Za-z0-9._~!#$%&'()*+,/:;=?@[\]-]/;

/** UTF-8 bytes of a str, each as the safe character that it is or as %XX. */
function percent(string, safe) {
  if (!string.isWellFormed()) fail("UnicodeEncodeError", "surrogates not allowed");
  return [...Buffer.from(string, "utf8")].map((byte) => {
    const character = String.fromCharCode(byte);
    return byte < 128 && safe.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

const quotePlus = (string) => percent(string, /[A-Za-z0-9._~ -]/).replace(/ /g, "+");

/** urllib3 on a path or query: escapes stay where all % belong to escapes, otherwise each % is escaped. */
function encodeInvalid(component, allowed) {
  const escapes = component.match(/%[0-9a-fA-F]{2}/g) || [];
  const upperCased = component.replace(/%[0-9a-fA-F]{2}/g, (escape) => escape.toUpperCase());
  const whole_ = escapes.length === component.split("%").length - 1;
  return percent(upperCased, { test: (character) => allowed.test(character) || (whole_ && character === "%") });
}

function withoutDots(path) {
  const output = [];
  for (const segment of path.split("/")) {
    if (segment === ".") continue;
    if (segment !== "..") output.push(segment);
    else output.pop();
  }
  if (path.startsWith("/") && (!output.length || output[0])) output.unshift("");
  if (path.endsWith("/.") || path.endsWith("/..")) output.push("");
  return output.join("/");
}

function requote(url) {
  let broken = false;
  const unquoted = url.split("%").map((part, index) => {
    const figures = part.slice(0, 2);
    if (index === 0) return part;
    if (!/^[0-9A-Za-z]{2}$/.test(figures)) return `%${part}`;
    if (!/^[0-9A-Fa-f]{2}$/.test(figures)) broken = true;
    const character = String.fromCharCode(parseInt(figures, 16));
    return UNRESERVED.test(character) ? character + part.slice(2) : `%${part}`;
  }).join("");
  return broken ? percent(url, { test: (character) => character !== "%" && REQUOTE_SAFE.test(character) }) : percent(unquoted, REQUOTE_SAFE);
}

/** The URL that requests.get(url, params=pairs) asks for, without its fragment. */
function append_query(url, pairs = null) {
  const given = lstrip(text(url));
  if (given.includes(":") && !/^(?:http|\w+:|\/\/)/i.test(given)) fail("requests.InvalidSchema", "No connection adapters were found");
  if (/^(?:\/*[\w.-]*(?:[/?#][^:]*)?|\(\)|\{\})$/s.test(given)) fail("requests.MissingSchema", "No scheme supplied");
  if (given === "[]") fail("requests.InvalidURL", "Failed to parse");
  const parts = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^\\/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(given) || fail("Gap", "a URL without scheme and host");
  const [scheme, authority, path] = [parts[1].toLowerCase(), parts[2], parts[3]];
  if (scheme !== "http" && scheme !== "https") fail("requests.InvalidSchema", "No connection adapters were found");
  if (authority === "") fail("requests.InvalidURL", "No host supplied");
  if (authority.includes("@")) fail("Gap", "user and password within a URL");
  const [, host, port] = /^([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::0*([0-9]{0,5}))?$/.exec(authority) || fail("Gap", "a host that is not plain ASCII, or that is invalid");
  if (Number(port || 0) > 65535) fail("requests.InvalidURL", "port out of range");
  const extra = pairs === null ? "" : encode_query(pairs);
  let query = parts[4] ? encodeInvalid(parts[4], QUERY_CHARACTERS) : "";
  if (extra) query = query ? `${query}&${extra}` : extra;
  const place = encodeInvalid(withoutDots(path), PATH_CHARACTERS) || "/";
  const sent = requote(`${scheme}://${host.toLowerCase()}${Number(port || 0) ? `:${Number(port)}` : ""}${place}${query ? `?${query}` : ""}`);
  return deliverable(sent);
}

const quote_url = (url) => append_query(url);

/** Refuse what the HTTP client under Node-RED would change on the way: dots in the path, escapes that it adds. */
function deliverable(url) {
  if (!URL.canParse(url)) fail("Gap", "a URL that Node-RED cannot send");
  const seen = new URL(url);
  const target = seen.pathname + seen.search;
  const wanted = url.replace(/^\w+:\/\/[^/?]*/, "").replace(/#.*$/s, "");
  const quotes = wanted.replace(/\?.*$/s, (query) => query.replace(/'/g, "%27"));
  return target === quotes || target === wanted ? url : fail("Gap", "a URL that Node-RED would send differently");
}

/** The query or form that requests makes of a dict or of [key, value] pairs; a str stays as it is. */
function encode_query(pairs) {
  const type = type_name(pairs);
  if (type === "str") return pairs;
  if (type !== "dict" && type !== "list") fail("Gap", `parameters that are a ${type}`);
  const fields = [];
  for (const [key, given] of type === "dict" ? items(pairs) : pairs.map(pairOf)) {
    for (const value of isContainer(given) ? iterate(given) : [given]) {
      if (value === null) continue;
      for (const each of isContainer(value) ? iterate(value) : [value]) fields.push(`${quotePlus(text(key))}=${quotePlus(text(each))}`);
    }
  }
  return fields.join("&");
}

/** What requests makes a body of by its type: a text, or a form of a dict or of rows that unpack into key and value. */
function body_of_data(data) {
  if (is_string(data)) return { text: data };
  if (!truth(data)) return {};
  if (is_dict(data)) return { form: data };
  if (!is_list(data)) fail("TypeError", `a body that is ${type_name(data)}`);
  const rows = data.map((row) => {
    if (!isContainer(row) && !is_string(row)) fail("TypeError", `cannot unpack non-iterable ${type_name(row)} object`);
    const parts = [...iterate(row)];
    return parts.length === 2 ? parts : fail("ValueError", "a row of a form that does not unpack into two");
  });
  return { form: rows };
}

const encode_form = (pairs) => encode_query(pairs);
const isContainer = (v) => is_list(v) || is_dict(v);
const pairOf = (pair) => (is_list(pair) && pair.length === 2 && !isContainer(pair[0]) ? pair : fail("Gap", "parameters that are no list of pairs"));

/** The value of the Authorization header for user and password. */
function basic(user, password) {
  for (const each of [user, password]) if (type_name(each) !== "str") fail("TypeError", `a credential is ${type_name(each)}, not str`);
  return `Basic ${Buffer.from(`${latin(user)}:${latin(password)}`, "latin1").toString("base64")}`;
}

function latin(string) {
  return /^[\x00-\xff]*$/.test(string) ? string : fail("UnicodeEncodeError", "'latin-1' codec can't encode a character");
}

/** A header value as requests checks it; None means that the header is not sent, and gives undefined. */
function header(name, value) {
  if (value === null) return undefined;
  if (type_name(name) !== "str" || type_name(value) !== "str") fail("requests.InvalidHeader", "header name and value must be of type str or bytes");
  if (!new RegExp(`^[^:${SPACE}][^:\\r\\n]*$`).test(name)) fail("requests.InvalidHeader", "invalid character or leading space in a header name");
  if (!new RegExp(`^[^${SPACE}][^\\r\\n]*$|^$`).test(value)) fail("requests.InvalidHeader", `invalid return character or leading space in header ${name}`);
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) fail("Gap", "a header name that Node-RED cannot send");
  if (value === "") fail("Gap", "an empty header value, which Node-RED drops");
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(latin(value)) ? value : fail("Gap", "a control character in a header value");
}

/** The headers to send, from a dict or pairs; None drops one. */
function headers(pairs) {
  const checked = (is_dict(pairs) ? items(pairs) : pairs).map(([name, value]) => [name, header(name, value)]);
  return Object.fromEntries(checked.filter(([, value]) => value !== undefined));
}

/** response.headers as a dict with names in lower case, from the headers as Node-RED has them. */
function response_headers(given) {
  const received = Object.entries(given).filter(([name]) => name !== "x-node-red-request-node");
  return dict(received.map(([name, value]) => [name, is_list(value) ? value.join(", ") : value]));
}

const QUOTES = " '\"";

/** response.links, from the Link header ("" where there is none): dicts by relation, or by URL where there is none. */
function links(header) {
  if (!is_string(header)) fail("AttributeError", `'${type_name(header)}' object has no attribute 'strip'`);
  const stripped = strip(header, QUOTES);
  const found = (stripped === "" ? [] : stripped.split(/, *</)).map((part) => {
    const [url, ...parameters] = part.split(";");
    const end = parameters.findIndex((parameter) => parameter.split("=").length !== 2);
    const pairs = parameters.slice(0, end < 0 ? parameters.length : end).map((parameter) => parameter.split("="));
    return dictOf([["url", strip(url, `<>${QUOTES}`)], ...pairs.map((pair) => pair.map((each) => strip(each, QUOTES)))]);
  });
  return dictOf(found.map((link) => [get(link, "rel") || member(link, "url"), link]));
}

/** A dict from pairs, of which the last one of a key counts, at the place of the first. */
const dictOf = (pairs) => pairs.reduce((made, [key, value]) => dict(pairsWith(made, key, value)), dict([]));

/** The encoding of an answer by its Content-Type, in requests' view; null where it says none. */
function encodingOf(contentType) {
  if (!contentType) return null;
  const [type, ...parameters] = contentType.split(";");
  let charset = null;
  for (const parameter of parameters) {
    const at = parameter.indexOf("=");
    const name = strip(at < 0 ? strip(parameter) : parameter.slice(0, at), at < 0 ? null : "\"' ");
    if (name.toLowerCase() === "charset") charset = at < 0 ? fail("Gap", "a charset without a value") : strip(parameter.slice(at + 1), "\"' ");
  }
  if (charset) return charset.toLowerCase();
  if (type.includes("text")) return "iso-8859-1";
  return type.includes("application/json") ? "utf-8" : null;
}

/** response.text, from the body as a Buffer and the Content-Type header (undefined where there is none). */
function response_text(body, contentType) {
  const encoding = encodingOf(contentType);
  if (body.length === 0) return "";
  if (["utf-8", "utf8"].includes(encoding)) return body.toString("utf8");
  if (["iso-8859-1", "latin-1", "latin1"].includes(encoding)) return body.toString("latin1");
  if (!["ascii", "us-ascii"].includes(encoding)) fail("Gap", "the charset of an answer, which requests would guess, or an unusual one");
  return isAscii(body) ? body.toString("latin1") : fail("Gap", "an answer that breaks its own charset");
}

const isAscii = (body) => body.every((byte) => byte < 0x80);

/** json.loads(bytes) */
function parse_bytes(bytes) {
  const document_ = documentOf(bytes);
  if (/\xed[\xa0-\xbf]/.test(document_.toString("latin1"))) fail("Gap", "JSON that may hold half a surrogate pair");
  return parse(document_);
}

/** response.json(), from the body as a Buffer and the Content-Type header (undefined where there is none). */
function response_json(body, contentType) {
  try {
    return parse(encodingOf(contentType) === null ? documentOf(body) : response_text(body, contentType));
  } catch (error) {
    if (error.code === "UnicodeDecodeError") fail("Gap", "an answer whose charset requests would guess");
    if (error.code === "json.JSONDecodeError") fail("requests.JSONDecodeError", error.message);
    throw error;
  }
}

/** The bytes of a JSON document whose answer names no charset. */
function documentOf(body) {
  if (body.length <= 3) return isAscii(body) ? body : fail("Gap", "an answer whose charset requests would guess");
  if (body.subarray(0, 4).includes(0) || (body[0] >= 0xfe && body[1] >= 0xfe)) fail("Gap", "JSON that is not UTF-8");
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
}

/** What requests makes of a request and of its answer. */
const requests_client = {
  name: "requests",
  url: append_query,
  headers: headers,
  json: requestsJson,
  form: encode_form,
  fields: body_of_data,
  basic,
  text: response_text,
  body: response_json,
};

function requestsJson(value) {
  try {
    return stringify(value);
  } catch (error) {
    if (error.code === "ValueError") fail("requests.InvalidJSONError", error.message);
    throw error;
  }
}
