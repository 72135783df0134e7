// What the command curl puts on the wire, and what the command behind it in a pipe reads of the answer.
const LONGEST_ARGUMENT = 131071; // bytes that one argument of a command may have on Linux

/** The URL that curl asks for with -G --data-urlencode NAME=TEXT for each pair, without its fragment. */
function curl_url(url, pairs) {
  if (!is_string(url)) fail("TypeError", `a URL is ${type_name(url)}, not str`);
  const whole_ = pairs.reduce(curlQuery, url);
  if (/[{}[\]\\]/.test(whole_)) fail("Gap", "a URL with signs of a glob");
  if (/[\x00-\x20\x7f]/.test(whole_)) fail("curl.URL_MALFORMAT", "a space or control character in a URL");
  const parts = /^(https?:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?=[/?#]|$)([^?#]*)(\?[^#]*)?(?:#.*)?$/.exec(whole_);
  if (!parts || /[^\x00-\x7f]/.test(whole_)) fail("Gap", "a URL that is not plain ASCII, or not of http and https");
  const [, server, path, query = ""] = parts;
  if (path.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) fail("Gap", "a URL with segments of dots");
  return deliverable(`${server}${path || "/"}${query}`);
}

function curlQuery(url, [name, value], at) {
  if (!is_string(value)) fail("TypeError", `the query parameter ${name} is ${type_name(value)}, not str`);
  if (!/^[A-Za-z0-9._~-]*$/.test(name + value)) fail("Gap", "a query parameter that versions of curl escape differently");
  return `${url}${at === 0 && !url.includes("?") ? "?" : "&"}${name}=${value}`;
}

/** --data-binary TEXT */
function curl_data(content) {
  if (!is_string(content)) fail("TypeError", `a body is ${type_name(content)}, not str`);
  if (content.startsWith("@") || content.includes("\0")) fail("Gap", "a body that is the name of a file, or holds NUL");
  if (!content.isWellFormed()) fail("Gap", "half a surrogate pair in a body");
  return Buffer.byteLength(content) > LONGEST_ARGUMENT ? fail("Gap", "a body that no command line holds") : content;
}

const CURL_OWN = ["host", "content-length", "transfer-encoding", "connection", "expect", "cookie"];

/** -H 'NAME: TEXT' for each pair */
function curl_headers(pairs) {
  for (const [name, value] of pairs) {
    if (!is_string(value)) fail("TypeError", `the header ${name} is ${type_name(value)}, not str`);
    if (CURL_OWN.includes(name) || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) fail("Gap", "a header that curl sets itself");
    if (!/^[!-~](?:[ -~]*[!-~])?$/.test(value)) fail("Gap", "a header that is empty, or not plain ASCII");
  }
  return Object.fromEntries(pairs);
}

/** -u USER:PASSWORD */
function curl_basic(user, password) {
  const joined_ = `${user}:${password}`;
  return joined_.isWellFormed() ? `Basic ${Buffer.from(joined_, "utf8").toString("base64")}` : fail("Gap", "half a surrogate pair in a credential");
}

/** The answer as the next command reads it. */
function curl_text(bytes) {
  const read_ = bytes.toString("utf8");
  return Buffer.from(read_, "utf8").equals(bytes) ? read_ : fail("Gap", "an answer that is not UTF-8");
}

/** What curl makes of a request, and jq of its answer. */
const curl_client = {
  name: "curl",
  url: curl_url,
  headers: curl_headers,
  data: curl_data,
  basic: curl_basic,
  text: curl_text,
  body: (bytes) => jq_json_value(curl_text(bytes)),
};
