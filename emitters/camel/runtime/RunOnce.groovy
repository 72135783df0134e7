// Runs the project on the classpath once, and ends when its route has come to the end of one exchange.
//
// Standard output gets one JSON line {outcome, step, message}. Exit status by outcome: 0 clean, 1 error (an error that
// nothing handled), 2 not_started (the route or one of its expressions is not valid). A message carries no value of the
// environment. Certificates of the authorities in the file SSL_CERT_FILE are trusted, as other clients trust them.
import java.security.KeyStore
import java.security.cert.CertificateFactory
import org.apache.camel.AsyncCallback
import org.apache.camel.Exchange
import org.apache.camel.main.BaseMainSupport
import org.apache.camel.main.Main
import org.apache.camel.main.MainListenerSupport
import org.apache.camel.spi.CamelEvent
import org.apache.camel.spi.InterceptStrategy
import org.apache.camel.support.EventNotifierSupport
import org.apache.camel.support.processor.DelegateAsyncProcessor

class Notifier extends EventNotifierSupport {
  Throwable failure
  String step
  boolean completed = false

  void notify(CamelEvent event) {
    if (event instanceof CamelEvent.ExchangeFailedEvent) {
      failure = event.exchange.exception
      step = event.exchange.getProperty('step', String)
    } else if (event instanceof CamelEvent.ExchangeCompletedEvent) {
      completed = true
    }
  }

  boolean isEnabled(CamelEvent event) {
    event instanceof CamelEvent.ExchangeFailedEvent || event instanceof CamelEvent.ExchangeCompletedEvent
  }
}

void trust(String file, String folder) {
  def store = KeyStore.getInstance('PKCS12')
  store.load(null, null)
  new File(file).withInputStream { stream ->
    CertificateFactory.getInstance('X.509').generateCertificates(stream).eachWithIndex { each, number ->
      store.setCertificateEntry('authority-' + number, each)
    }
  }
  def made = new File(folder, 'authorities.p12')
  made.withOutputStream { store.store(it, 'authorities'.toCharArray()) }
  System.setProperty('javax.net.ssl.trustStore', made.path)
  System.setProperty('javax.net.ssl.trustStorePassword', 'authorities')
  System.setProperty('javax.net.ssl.trustStoreType', 'PKCS12')
}

String json(String text) {
  if (text == null) return 'null'
  '"' + text.collectReplacements { it in ['"' as char, '\\' as char] ? '\\' + it : it < 32 || it > 126 ? String.format('\\u%04x', (int) it) : null } + '"'
}

/** The message without values of the environment, longest first. */
String redacted(String message) {
  def plain = ~/^(PATH|HOME|PWD|OLDPWD|SHLVL|_|USER|LOGNAME|SHELL|TERM|LANG|LC_.*|TZ|JAVA_.*|SSL_CERT_FILE)$/
  def secrets = System.getenv().findAll { name, value -> !(name ==~ plain) && value.length() >= 3 }
  secrets.sort { -it.value.length() }.inject(message ?: '') { text, each ->
    text.replace(each.value, '{{' + each.key + '}}')
  }.take(500)
}

void ending(int status, String outcome, String step, String message) {
  System.out.println('{"outcome": ' + json(outcome) + ', "step": ' + json(step) + ', "message": ' + json(message) + '}')
  System.out.flush()
  Runtime.runtime.halt(status)
}

if (System.getenv('SSL_CERT_FILE')) trust(System.getenv('SSL_CERT_FILE'), args[0])
def notifier = new Notifier()
// Which step an exchange is at, as its description says it.
InterceptStrategy noted = { context, definition, target, next ->
  new DelegateAsyncProcessor(target) {
    boolean process(Exchange exchange, AsyncCallback callback) {
      exchange.setProperty('step', definition.description ?: definition.id)
      return super.process(exchange, callback)
    }
  }
}
def main = new Main()
main.addMainListener(new MainListenerSupport() {
  void afterConfigure(BaseMainSupport support) {
    support.camelContext.managementStrategy.addEventNotifier(notifier)
    support.camelContext.camelContextExtension.addInterceptStrategy(noted)
  }
})
try {
  main.run()
} catch (Throwable problem) {
  def cause = org.codehaus.groovy.runtime.StackTraceUtils.extractRootCause(problem)
  ending(2, 'not_started', null, redacted(cause.class.simpleName + ': ' + cause.message))
}
if (notifier.failure) {
  def ours = notifier.failure.class.name.startsWith('python.')
  String text = ours ? notifier.failure.message : notifier.failure.class.simpleName + ': ' + notifier.failure.message
  ending(1, 'error', notifier.step, redacted(text))
}
ending(notifier.completed ? 0 : 2, notifier.completed ? 'clean' : 'not_started', null, null)
