// What the command curl puts on the wire, and what the command behind it in a pipe reads of the answer.
const LONGEST_ARGUMENT = 131071; // bytes that one argument of a command may have on Linux

/**
 * Puts a request into the message, as curl makes it, for the node "http request".
 *
 * {method, url, query: [[name, text]], headers: [[name, text]], basic: [user, password], data: text, verify}
 */
function curl_request(msg, { method, url, query = [], headers = [], basic, verify = true, ...body }) {
  for (const name of GONE) delete msg[name];
  for (const [name, value] of headers) {
    if (value !== null && !python.is_string(value)) fail("TypeError", `the header ${name} is ${python.type_name(value)}, not str`);
  }
  if (basic && !basic.every(python.is_string)) fail("TypeError", "a credential that is no str");
  msg.url = curlUrl(query.reduce(withQuery, url));
  msg.headers = {};
  if (basic) msg.headers.authorization = `Basic ${Buffer.from(wellFormed(basic.join(":")), "utf8").toString("base64")}`;
  if ("data" in body) {
    msg.payload = curlData(body.data);
    msg.headers["content-type"] = "application/x-www-form-urlencoded";
  }
  for (const [name, value] of headers) if (value !== null) msg.headers[name] = curlHeader(name, value);
  if (!verify) msg.rejectUnauthorized = false;
  if (!["GET", "POST", "PUT", "PATCH", "DELETE"].includes(method)) msg.method = method;
  msg.requestTimeout = LONGEST;
  msg.followRedirects = false;
  msg.request = { method, url: msg.url, redirects: false };
}

/** -G --data-urlencode NAME=TEXT */
function withQuery(url, [name, value], at) {
  if (!python.is_string(value)) fail("TypeError", `the query parameter ${name} is ${python.type_name(value)}, not str`);
  if (!/^[A-Za-z0-9._~-]*$/.test(name + value)) fail("Gap", "a query parameter that versions of curl escape differently");
  return `${url}${at === 0 && !url.includes("?") ? "?" : "&"}${name}=${value}`;
}

/** The URL that curl asks for, without its fragment. */
function curlUrl(url) {
  if (/[{}[\]\\]/.test(url)) fail("Gap", "a URL with signs of a glob");
  if (/[\x00-\x20\x7f]/.test(url)) fail("curl.URL_MALFORMAT", "a space or control character in a URL");
  const parts = /^(https?:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?=[/?#]|$)([^?#]*)(\?[^#]*)?(?:#.*)?$/.exec(url);
  if (!parts || /[^\x00-\x7f]/.test(url)) fail("Gap", "a URL that is not plain ASCII, or not of http and https");
  const [, server, path, query = ""] = parts;
  if (path.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) fail("Gap", "a URL with segments of dots");
  return python.deliverable(`${server}${path || "/"}${query}`);
}

/** --data-binary TEXT */
function curlData(text) {
  if (!python.is_string(text)) fail("TypeError", `a body is ${python.type_name(text)}, not str`);
  if (text.startsWith("@") || text.includes("\0")) fail("Gap", "a body that is the name of a file, or holds NUL");
  if (!text.isWellFormed()) fail("Gap", "half a surrogate pair in a body");
  return Buffer.byteLength(text) > LONGEST_ARGUMENT ? fail("Gap", "a body that no command line holds") : text;
}

const CURL_OWN = ["host", "content-length", "transfer-encoding", "connection", "expect", "cookie"];

/** -H 'NAME: TEXT' */
function curlHeader(name, text) {
  if (CURL_OWN.includes(name) || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) fail("Gap", "a header that curl sets itself");
  return /^[!-~](?:[ -~]*[!-~])?$/.test(text) ? text : fail("Gap", "a header that is empty, or not plain ASCII");
}

const documents = new WeakMap();

/** What came back, as text in UTF-8; the body is what jq makes of it, when it is first used. */
class CurlAnswer extends Answer {
  get text() {
    const bytes = plain(this);
    const decoded_ = bytes.toString("utf8");
    return Buffer.from(decoded_, "utf8").equals(bytes) ? decoded_ : fail("Gap", "an answer that is not UTF-8");
  }

  get body() {
    if (!documents.has(this)) documents.set(this, python.jq_json_value(this.text));
    return documents.get(this);
  }
}

/** The answer in the message. */
function curl_answer(msg) {
  const { status, headers, bytes } = answer(msg);
  return new CurlAnswer(status, headers, bytes);
}
