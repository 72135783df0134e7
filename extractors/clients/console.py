"""What a script tells people and how it sets up its interpreter, of which nothing is carried over.

Reads: progress bars (`tqdm`, `rich.progress`), `rich` and `click` output, colours, `pprint`, `warnings`, `traceback`,
    `signal.signal`, `gc`, `sys.path`, locales under which texts stay as they are; `typing`.
Becomes: nothing; a progress bar gives the items that it goes through.
Cannot see: what a handler of a signal does; locales under which dates and numbers are written in another way; output
    as a text that the script uses further.
Example:
    import requests
    from pprint import pprint
    from tqdm import tqdm
    orders = requests.get("https://shop.example/orders").json()
    for order in tqdm(orders, desc="orders"):
        requests.post("https://erp.example/orders", json={"id": order["id"]})
    pprint(orders)
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.telling import told
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Unknown, Value
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
SILENT = "(silent)"
"""An object all of whose methods tell people something and give it back."""


@KNOWLEDGE.function(
    *("warnings.filterwarnings", "warnings.simplefilter", "warnings.warn", "warnings.resetwarnings"),
    *("urllib3.disable_warnings", "requests.packages.urllib3.disable_warnings"),
    *("sys.stdout.flush", "sys.stderr.flush", "sys.stdout.reconfigure", "sys.stderr.reconfigure"),
    *("traceback.print_exc", "traceback.print_exception", "traceback.print_stack", "traceback.print_tb"),
    *("pprint.pprint", "pprint.pp", "rich.print", "rich.print_json", "rich.pretty.pprint", "rich.inspect"),
    *("click.echo", "click.secho", "click.clear", "typer.echo", "typer.secho", "termcolor.cprint"),
    *("rich.traceback.install", "rich.pretty.install", "colorama.init", "colorama.just_fix_windows_console"),
    *("colorama.deinit", "gc.collect", "gc.disable", "gc.enable", "faulthandler.enable", "random.seed"),
    *("sys.path.append", "sys.path.insert", "sys.path.extend", "sys.setrecursionlimit", "signal.signal"),
    *("tqdm.tqdm.write", "tqdm.write", "time.tzset", "logging.captureWarnings", "tqdm.tqdm.pandas"),
    *("pandas.set_option", "IPython.display.display"),
)
def _nothing(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    told(context, arguments, span)
    return NONE


@KNOWLEDGE.function(
    *("traceback.format_exc", "traceback.format_exception", "traceback.format_tb", "pprint.pformat"),
    *("termcolor.colored", "click.style", "typer.style", "rich.markup.escape"),
)
def _text(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return Unknown("HS103", "a text that is made for people is used further", span, text=True)


# --- objects that only tell --------------------------------------------------------------------------------------


@KNOWLEDGE.function(
    *("rich.console.Console", "rich.table.Table", "rich.panel.Panel", "rich.text.Text", "rich.tree.Tree"),
    *("rich.progress.Progress", "rich.live.Live", "rich.markdown.Markdown", "rich.theme.Theme"),
    *("pprint.PrettyPrinter", "prettytable.PrettyTable", "halo.Halo", "yaspin.yaspin"),
    *("warnings.catch_warnings", "contextlib.redirect_stderr"),
    *("rich.progress.SpinnerColumn", "rich.progress.TextColumn", "rich.progress.BarColumn"),
    *("rich.progress.TimeElapsedColumn", "rich.progress.TimeRemainingColumn", "rich.logging.RichHandler"),
)
def _silent(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(SILENT), {}))


@KNOWLEDGE.method(SILENT, "*", "__enter__")
def _itself(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(SILENT, "input")
def _asked(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return context.call(External("builtins.input"), arguments, span)


@KNOWLEDGE.method(SILENT, "__exit__")
def _left(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


KNOWLEDGE.settable.add((SILENT, "*"))


@KNOWLEDGE.method(SILENT, "track")
def _tracked(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _progress(context, arguments, span)


@KNOWLEDGE.function(
    *("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.std.tqdm", "tqdm.asyncio.tqdm"),
    *("tqdm.rich.tqdm", "tqdm.autonotebook.tqdm", "rich.progress.track", "alive_progress.alive_it"),
    *("progressbar.progressbar", "click.progressbar"),
)
def _progress(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """The items that are gone through; without them an object that counts."""
    items = arguments.positional[0] if arguments.positional else arguments.keywords.get("iterable", NONE)
    return _silent(context, arguments, span) if items == NONE else items


@KNOWLEDGE.function("tqdm.trange", "tqdm.auto.trange")
def _range(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.call(External("builtins.range"), Arguments(arguments.positional, {}), span)


_COLOURS = ("BLACK", "RED", "GREEN", "YELLOW", "BLUE", "MAGENTA", "CYAN", "WHITE")


def _constant(name: str, value: bool | int | str) -> None:
    KNOWLEDGE.values[name] = lambda context, span: Known(value)


for _number, _colour in enumerate(_COLOURS):
    _constant(f"colorama.Fore.{_colour}", f"\x1b[{30 + _number}m")
    _constant(f"colorama.Back.{_colour}", f"\x1b[{40 + _number}m")
for _of in ("Fore", "Back", "Style"):
    _constant(f"colorama.{_of}.RESET", {"Fore": "\x1b[39m", "Back": "\x1b[49m"}.get(_of, "\x1b[0m"))
_constant("colorama.Style.RESET_ALL", "\x1b[0m")
_constant("colorama.Style.BRIGHT", "\x1b[1m")
_constant("colorama.Style.DIM", "\x1b[2m")
_constant("colorama.Style.NORMAL", "\x1b[22m")


# --- locale and typing -------------------------------------------------------------------------------------------


@KNOWLEDGE.function("locale.setlocale")
def _set_locale(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """One under which dates and numbers are written as without, as far as its name tells."""
    match arguments.positional[1:] or (arguments.keywords.get("locale", NONE),):
        case (Known(value=None | "" | "C" | "C.UTF-8" | "POSIX"),):
            return Known("C")
        case (Known(value=str() as name),) if name.startswith(("en_US", "en_GB")):
            return Known(name)
    return misfit(context, "locale.setlocale", arguments, span)


_constant("typing.TYPE_CHECKING", False)


@KNOWLEDGE.function("typing.cast")
def _cast(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 2:
        return misfit(context, "typing.cast", arguments, span)
    return arguments.positional[1]


@KNOWLEDGE.function("typing.TypeVar", "typing.NewType", "typing.ParamSpec")
def _type(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return External("typing.Any")
