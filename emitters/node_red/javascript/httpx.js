// What the Python library httpx does to a request before it is sent, and to an answer before it is read.
const HTTPX_PATH = /[!$%&'()*+,\-./0-9:;=@A-Z[\\\]^_a-z|~]/;
const HTTPX_QUERY = /[!$%&'()*+,\-./0-9:;=?@A-Z[\\\]^_`a-z{|}~]/;

/** Characters outside of the set as %XX of their UTF-8; a % stays, whether it begins an escape or not. */
const httpxQuoted = (string, safe) => percent(string, safe);

/** The URL that httpx.get(url, params=dict(pairs)) asks for, without its fragment. */
function httpx_url(url, pairs = []) {
  const given = is_string(url) ? url : fail("TypeError", `Invalid type for url.  Expected str or httpx.URL, got ${type_name(url)}`);
  if (/[\x00-\x1f\x7f]/.test(given) || given.length > 65536) fail("httpx.InvalidURL", "a character that is not printable, or too long");
  const parts = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(given) || fail("Gap", "a URL without scheme and host");
  const [scheme, authority, path] = [parts[1].toLowerCase(), parts[2], parts[3]];
  if (scheme !== "http" && scheme !== "https") fail("httpx.UnsupportedProtocol", "no http:// or https://");
  const [, host, port] = /^([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::([0-9]{0,5}))?$/.exec(authority) || fail("Gap", "a host that is not plain ASCII, or that is invalid");
  if (/^[0-9.]+$/.test(host) && !/^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/.test(host)) fail("Gap", "a host that may be an invalid address");
  const asked = length(pairs) ? httpx_query(pairs) : parts[4] === undefined ? null : parts[4];
  const place = httpxQuoted(httpxPath(path), HTTPX_PATH) || "/";
  const number = Number(port || 0) === { http: 80, https: 443 }[scheme] ? 0 : Number(port || 0);
  if (number > 65535) fail("Gap", "a port out of range");
  return deliverable(`${scheme}://${host.toLowerCase()}${number ? `:${number}` : ""}${place}${asked === null ? "" : `?${httpxQuoted(asked, HTTPX_QUERY)}`}`);
}

/** A path without the segments . and .. */
function httpxPath(path) {
  const components = path.split("/");
  if (!components.includes(".") && !components.includes("..")) return path;
  const output = [];
  for (const component of components) {
    if (component === ".") continue;
    if (component !== "..") output.push(component);
    else if (output.length && !(output.length === 1 && output[0] === "")) output.pop();
  }
  return output.join("/");
}

/** str(httpx.QueryParams(pairs)) of a dict or of [key, value] pairs. */
function httpx_query(pairs) {
  const fields = is_dict(pairs) ? items(pairs) : pairs;
  return fields.flatMap(([key, value]) => (is_list(value) ? value : [value]).map((each) => `${quotePlus(text(key))}=${quotePlus(httpxText(each))}`)).join("&");
}

const httpxText = (value) => (value === null ? "" : value === true || value === false ? String(value) : text(value));

/** A header value as httpx and h11 check it. */
function httpxHeader(name, value) {
  if (!is_string(value)) fail("TypeError", `Header value must be str or bytes, not ${type_name(value)}`);
  if (!/^[\x00-\x7f]*$/.test(value) || !/^[\x00-\x7f]*$/.test(name)) fail("UnicodeEncodeError", "'ascii' codec can't encode a character");
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) fail("Gap", "a header name that Node-RED cannot send");
  if (value === "") fail("Gap", "an empty header value, which Node-RED drops");
  if (!/^[^\0\n\r\t\v\f ](?:[^\0\n\r]*[^\0\n\r\t\v\f ])?$/.test(value)) fail("httpx.LocalProtocolError", "Illegal header value");
  return /^[\t\x20-\x7e]*$/.test(value) ? value : fail("Gap", "a control character in a header value");
}

/** The headers to send, from pairs. */
const httpx_headers = (pairs) => Object.fromEntries((is_dict(pairs) ? items(pairs) : pairs).map(([name, value]) => [name, httpxHeader(name, value)]));

/** json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False) */
const httpx_json = (value) => json_text(value, false, false, false, null, ",", ":");

/** response.text, from the body as a Buffer and the Content-Type header (undefined where there is none). */
function httpx_text(body, contentType) {
  const named = /charset/i.test(contentType || "") ? /;\s*charset\s*=\s*"?([A-Za-z0-9._-]+)"?\s*(?:;|$)/i.exec(contentType) || fail("Gap", "a charset in an unusual form") : [];
  const encoding = (named[1] || "utf-8").toLowerCase();
  if (body.length === 0) return "";
  if (["utf-8", "utf8"].includes(encoding)) return body.toString("utf8");
  if (["iso-8859-1", "latin-1", "latin1"].includes(encoding)) return body.toString("latin1");
  if (!["ascii", "us-ascii"].includes(encoding)) fail("Gap", "an unusual charset of an answer");
  return isAscii(body) ? body.toString("latin1") : fail("Gap", "an answer that breaks its own charset");
}

/** response.json(), from the body as a Buffer. */
function httpx_body(body) {
  try {
    return parse(documentOf(body));
  } catch (error) {
    if (error.code === "UnicodeDecodeError" && /\xed[\xa0-\xbf]/.test(body.toString("latin1"))) fail("Gap", "a lone surrogate in JSON, which Python takes");
    throw error;
  }
}

/** What httpx makes of a request and of its answer. */
const httpx_client = {
  name: "httpx",
  url: httpx_url,
  headers: httpx_headers,
  json: httpx_json,
  form: httpx_query,
  basic,
  text: httpx_text,
  body: httpx_body,
};
