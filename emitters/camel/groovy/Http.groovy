package python

import static python.Values.*

import org.apache.camel.Exchange
import org.apache.camel.component.http.HttpActivityListener
import org.apache.camel.component.http.HttpClientConfigurer
import org.apache.camel.spi.HeaderFilterStrategy
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder
import org.apache.hc.core5.http.HttpEntity
import org.apache.hc.core5.http.HttpHost
import org.apache.hc.core5.http.HttpRequest
import org.apache.hc.core5.http.HttpResponse

/**
 * Requests as the script's client sends them. As a bean it keeps the component http to just that: no retries, no
 * redirects, no cookies, no headers but those of the message, and the headers of an answer as they came.
 */
class Http implements HttpClientConfigurer, HeaderFilterStrategy, HttpActivityListener {
  private static final String ASKED = 'python.request', CAME = 'python.headers'

  void configureHttpClient(HttpClientBuilder builder) {
    builder.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement().disableContentCompression()
        .disableAuthCaching().disableDefaultUserAgent().setConnectionReuseStrategy { request, response, context -> false }
  }

  boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    name.toLowerCase(Locale.ROOT).startsWith('camel')
  }

  boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    true
  }

  void onRequestSubmitted(Object source, Exchange exchange, HttpHost host, HttpRequest request, HttpEntity entity) {
  }

  void onResponseReceived(Object source, Exchange exchange, HttpHost host, HttpResponse response, HttpEntity entity, long elapsed) {
    def headers = new LinkedHashMap()
    for (header in response.headers) {
      String name = header.name.toLowerCase(Locale.ROOT)
      headers.put(name, headers.containsKey(name) ? headers.get(name) + ', ' + header.value : header.value)
    }
    exchange.setProperty(CAME, headers)
  }

  /**
   * Puts a request into the message, as a client makes it: [method, url, query: pairs, headers: pairs, basic: [user,
   * password], json | form | text | data, redirects]. Nothing of the message before stays.
   */
  static void request(Exchange exchange, Class client, Map given) {
    if (given.basic && !given.basic.every { it instanceof String }) throw error('TypeError', 'a credential that is no str')
    String url = client.url(given.url, given.query ?: [])
    def headers = new LinkedHashMap()
    def names = [:]
    for (pair in given.headers ?: []) put(headers, names, (String) pair[0], client.header(pair[0], pair[1]))
    def (String content, String type) = encoded(client, given)
    if (type && !names.containsKey('content-type')) put(headers, names, 'Content-Type', type)
    if (given.basic) put(headers, names, 'Authorization', basic(*given.basic))
    def message = exchange.message
    message.removeHeaders('*')
    message.setBody(content == null ? null : bytes(content))
    int mark = url.indexOf('?')
    message.setHeader(Exchange.HTTP_METHOD, given.method)
    message.setHeader(Exchange.HTTP_URI, mark < 0 ? url : url.substring(0, mark))
    if (mark >= 0) message.setHeader(Exchange.HTTP_RAW_QUERY, url.substring(mark + 1))
    headers.each { name, value -> message.setHeader((String) name, value) }
    exchange.removeProperty(CAME)
    exchange.setProperty(ASKED, [client: client, method: given.method, redirects: given.getOrDefault('redirects', true)])
  }

  private static void put(Map headers, Map names, String name, String value) {
    if (value == null) return
    if (name ==~ '(?i)camel.*') throw new Gap('a header whose name begins with Camel, which Camel keeps for itself')
    if (name ==~ '(?i)host|content-length|transfer-encoding|connection') throw new Gap('the header ' + name + ', which the client writes itself')
    String before = names.put(name.toLowerCase(Locale.ROOT), name)
    if (before != null) headers.remove(before)
    headers.put(name, value)
  }

  private static byte[] bytes(String content) {
    if (!Texts.wellFormed(content)) throw error('UnicodeEncodeError', 'surrogates not allowed')
    return content.getBytes('UTF-8')
  }

  /** The body as text, and its media type; null where there is none. */
  private static List encoded(Class client, Map given) {
    String form = 'application/x-www-form-urlencoded'
    if (given.json != null) return [client.json(given.json), 'application/json']
    if (given.containsKey('form') && truth(given.form)) return [client.form(given.form), form]
    if (given.containsKey('data')) return encoded(client, client.data(given.data))
    if (given.text != null && Texts.concat(given.text) != '') return [given.text, null]
    return [null, null]
  }

  /** The value of the Authorization header for user and password. */
  private static String basic(String user, String password) {
    'Basic ' + (latin(user) + ':' + latin(password)).getBytes('ISO-8859-1').encodeBase64().toString()
  }

  static String latin(String text) {
    if (text.codePoints().anyMatch { it > 0xff }) throw error('UnicodeEncodeError', "'latin-1' codec can't encode a character")
    return text
  }

  /** UTF-8 bytes of a text, each as the safe character that it is or as %XX. */
  static String percent(String text, String safe) {
    def made = new StringBuilder()
    for (each in bytes(text)) {
      int octet = each & 0xff
      if (octet < 0x80 && ((char) octet).toString().matches(safe)) made.append((char) octet)
      else made.append('%').append(Integer.toHexString(octet).toUpperCase(Locale.ROOT).padLeft(2, '0'))
    }
    return made.toString()
  }

  static String quotePlus(String text) {
    percent(text, '[A-Za-z0-9._~ -]').replace(' ', '+')
  }

  /** The URL, refused where Java's client would send another. */
  static String deliverable(String url) {
    def seen
    try {
      seen = new URI(url)
    } catch (URISyntaxException problem) {
      throw new Gap('a URL that Java\'s client cannot send')
    }
    String target = (seen.rawPath ?: '/') + (seen.rawQuery == null ? '' : '?' + seen.rawQuery)
    if (seen.host == null || target != url.replaceFirst('^[a-z]+://[^/?]*', '') || seen.rawPath.startsWith('//')) {
      throw new Gap('a URL that Java\'s client would send differently')
    }
    return url
  }

  /** What came back. The body is decoded when it is first used, so that one that is not used cannot fail. */
  static class Answer {
    Class client
    Integer status
    Map headers
    byte[] received
    private decoded
    private boolean read = false

    byte[] getBytes() {
      String coding = headers.get('content-encoding')
      if (coding != null && coding != 'identity') throw new Gap('an answer in the content encoding ' + coding)
      return received
    }

    String getText() {
      client.text(getBytes(), headers.get('content-type'))
    }

    def getBody() {
      if (!read) {
        decoded = client.body(getBytes(), headers.get('content-type'))
        read = true
      }
      return decoded
    }
  }

  /** The answer in the message; one of a status within the ranges is the client's error. */
  static Answer answer(Exchange exchange, String what = '', List failing = []) {
    Map asked = exchange.getProperty(ASKED, Map)
    Integer status = exchange.message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer)
    Map headers = exchange.getProperty(CAME, Map)
    if (status == null || headers == null) throw new Gap('no answer in the message')
    byte[] received = exchange.message.getBody(byte[]) ?: new byte[0]
    if (asked.redirects && status in [301, 302, 303, 307, 308] && headers.containsKey('location')) {
      throw new Gap('a redirect, which the script\'s client follows')
    }
    exchange.message.removeHeaders('*')
    exchange.message.setBody(null)
    def came = new Answer(client: asked.client, status: status, headers: headers, received: received)
    if (failing.any { status >= it[0] && status <= it[1] }) {
      throw error((String) asked.client.STATUS_ERROR, 'status ' + status + ' from ' + what)
    }
    return came
  }

  /** The kinds that an error may be of in the script; none where that is not certain. */
  static List kindsOf(Throwable raised, Exchange exchange) {
    if (raised instanceof PythonError) return [raised.kind]
    Map asked = exchange.getProperty(ASKED, Map)
    if (asked == null || !(raised instanceof IOException)) return []
    Map kinds = asked.client.FAILURES
    if (raised instanceof org.apache.hc.client5.http.ConnectTimeoutException) return kinds.connecting
    if (raised instanceof SocketTimeoutException) return kinds.reading
    if (raised instanceof javax.net.ssl.SSLException) return kinds.tls
    if (raised instanceof org.apache.hc.core5.http.ConnectionClosedException && exchange.getProperty(CAME) != null) return kinds.broken
    if (raised instanceof ConnectException || raised instanceof UnknownHostException || raised instanceof SocketException
        || raised instanceof org.apache.hc.core5.http.NoHttpResponseException) return kinds.lost
    return []
  }
}
