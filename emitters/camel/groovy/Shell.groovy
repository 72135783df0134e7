package python

import org.apache.camel.Exchange
import org.apache.camel.language.groovy.GroovyShellFactory
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.customizers.ImportCustomizer

/** Where Groovy expressions run: with this library's functions, and with what each step has left by the step's id. */
class Shell extends Http implements GroovyShellFactory {
  private final ClassLoader library
  private final CompilerConfiguration configuration = new CompilerConfiguration()

  /** `sample` is a ü, as the file of routes came to be read. */
  Shell(List classes, String sample) {
    if (sample != '\u00fc') throw new IllegalStateException('Java reads files in another encoding: start it with -Dfile.encoding=UTF-8')
    library = getClass().classLoader
    def imports = new ImportCustomizer()
    for (name in classes) imports.addImports('python.' + name).addStaticStars('python.' + name)
    configuration.addCompilationCustomizers(imports)
  }

  GroovyShell createGroovyShell(Exchange exchange) {
    new GroovyShell(library, new Binding(), configuration)
  }

  Map<String, Object> getVariables(Exchange exchange) {
    exchange.variables
  }
}
