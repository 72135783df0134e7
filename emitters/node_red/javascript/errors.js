// Errors on their way out: of which kind one is, and which handler of a try takes it.
const LOST = ["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"];
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/;
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/** raise of an error of that kind. */
function raise(kind, message) {
  throw Object.assign(new Error(`${kind}: ${message}`), { code: kind });
}

/** What a try has caught, the number of the handler, from 1, and how far it came; one object of which Node-RED makes no copies. */
class Caught {
  constructor(handler, raised, kinds, reached) {
    Object.assign(this, { failed: true, handler, raised, kinds, reached });
  }
  get error() {
    return this.kinds.length === 1 ? this.kinds[0] : fail("Gap", `which of ${this.kinds.join(", ")} it was`);
  }
  /** What Python's str makes of the error. */
  get message() {
    return this.said.message;
  }
  get representation() {
    return this.said.representation;
  }
  get said() {
    return (this.raised && this.raised.cause) || fail("Gap", "what an error says, which is not known here");
  }
  get [Symbol.toStringTag]() {
    return "Caught";
  }
}

/** Whether errors of a kind are errors of the other: the same, or special cases. ERRORS is written by the emitter. */
function isA(kind, general) {
  return kind === general || (Object.hasOwn(ERRORS, kind) && ERRORS[kind].some((parent) => isA(parent, general)));
}

/**
 * Sends the message to the output of the first handler that names the kind of its error or a more general one (a
 * handler without kinds takes every error), or to the last output. A gap has no kind: no handler takes it.
 * What was caught stays in the results under the id, unless that is null.
 */
function handle(msg, env, id, handlers) {
  const kinds = msg.error.source.type === "http request" ? kindsOfRequest(msg, env) : kindsOfFunction(msg.error);
  const ways = new Set(kinds.map((kind) => handlers.findIndex((names) => !names.length || names.some((name) => isA(kind, name)))));
  if (ways.size > 1) fail("Gap", `the error is one of ${kinds.join(", ")}, and they are not handled alike`);
  const [way] = ways;
  const taken = kinds.length > 0 && way >= 0;
  if (taken) {
    if (id !== null) msg.results[id] = new Caught(way + 1, msg.error, kinds, msg.results[id].reached);
    delete msg.error;
    delete msg._error;
  }
  const outputs = [...handlers, null].map(() => null);
  outputs[taken ? way : handlers.length] = msg;
  return outputs;
}

const kindsOfFunction = ({ code, message }) => (typeof code === "string" && message.startsWith(`Error: ${code}: `) ? [code] : []);

/** What each library raises: after too long a time, for a connection that is lost, an answer cut off, TLS, a tunnel. */
const RAISED = {
  requests: {
    late: ["requests.ConnectTimeout", "requests.ReadTimeout"],
    lost: ["requests.ConnectionError"],
    broken: ["requests.ChunkedEncodingError"],
    tls: ["requests.SSLError"],
    tunnel: ["requests.SSLError", "requests.ConnectionError"],
  },
  httpx: {
    late: ["httpx.ConnectTimeout", "httpx.ReadTimeout", "httpx.WriteTimeout", "httpx.PoolTimeout"],
    lost: ["httpx.ConnectError", "httpx.ReadError", "httpx.WriteError", "httpx.RemoteProtocolError"],
    broken: ["httpx.ReadError", "httpx.RemoteProtocolError"],
    tls: ["httpx.ConnectError"],
    tunnel: ["httpx.ConnectError", "httpx.ReadError"],
  },
  urllib: {
    late: ["urllib.URLError", "TimeoutError"],
    lost: ["urllib.URLError", "http.RemoteDisconnected", "ConnectionResetError"],
    broken: ["http.IncompleteRead", "ConnectionResetError"],
    tls: ["urllib.URLError"],
    tunnel: ["urllib.URLError"],
  },
  curl: { late: ["curl.Error"], lost: ["curl.Error"], broken: ["curl.Error"], tls: ["curl.Error"], tunnel: ["curl.Error"] },
};

/** What the library raises where the node "http request" has no answer; none where that is not certain. */
function kindsOfRequest({ error: { code, message }, requestTimeout, request }, env) {
  const { late, lost, broken, tls, tunnel } = RAISED[request.client];
  const through = PROXIES.some((name) => env.get(name)) && ![env.get("NO_PROXY"), env.get("no_proxy")].includes("*");
  if (through) return [];
  if (code === undefined) {
    if (/^\w*Error\b/.test(message)) return [];
    return requestTimeout < LONGEST ? late : lost;
  }
  if (message.startsWith("ReadError")) return broken;
  if (message.includes("before secure TLS connection")) return tunnel;
  if (TLS.test(code)) return tls;
  return LOST.includes(code) ? lost : [];
}
