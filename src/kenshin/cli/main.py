"""`kenshin`: parses the command line and runs one command."""

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from kenshin import __version__
from kenshin.model.errors import KenshinError, UsageError
from kenshin.model.escape import show

DESCRIPTION = """\
kenshin (検診, a check-up) answers three questions about a Linux server:
has it been broken into, what proves it, and how do we get back to a machine we can trust?
"""
EPILOG = """\
targets:
  local:              this host
  root:/mnt/disk      a disk that is mounted here
  bundle:FILE         evidence that was collected before

examples:
  kenshin scan                                  examine this host
  kenshin scan root:/mnt/snapshot --format html -o report.html
  kenshin collect local: -o host.evidence       take the evidence along, judge it elsewhere
  kenshin baseline create root:/mnt/golden -o golden.baseline
  kenshin trust F-1a2b3c4d --owner ops --reason "nightly backup"

exit codes of scan:
  0 no evidence of a break-in   10 suspicious   20 likely compromised   30 compromised
  40 inconclusive (something could not be examined)   1 kenshin failed   2 usage
"""
# Each command is a module with `add(parser)` and `run(arguments) -> exit code`, imported when it is called.
COMMANDS = {
    "scan": "examine hosts and say whether they were broken into",
    "collect": "write a host's evidence into a file; nothing is judged",
    "baseline": "record a golden host, to compare others with",
    "trust": "declare a line as the business's own, in the manifest",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal without Japanese gets an escape, not an error
    try:
        parsed = _parsed(given)
        code: int = import_module(f"kenshin.cli.{parsed.command}").run(parsed)
        sys.stdout.flush()
    except UsageError as error:
        return _complain(error, 2)
    except KenshinError as error:
        return _complain(error, 1)
    except BrokenPipeError:
        _close_stdout()
        return 1
    except OSError as error:
        return _complain(KenshinError(error.strerror or str(error), str(error.filename or "")), 1)
    except KeyboardInterrupt:
        print("kenshin: interrupted", file=sys.stderr)  # noqa: T201
        return 130
    return code


def _parsed(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "kenshin",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kenshin {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    wanted = next((word for word in given if not word.startswith("-")), "")
    for name, title in COMMANDS.items():
        command = commands.add_parser(name, help=title, description=title.capitalize() + ".")
        if name == wanted:
            import_module(f"kenshin.cli.{name}").add(command)
    return parser.parse_args(given)


def _close_stdout() -> None:
    """Nobody reads on: what is still to be written goes nowhere, instead of failing again at exit."""
    with contextlib.suppress(OSError, ValueError):  # standard output is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(error: KenshinError, code: int) -> int:
    lines = (show(line) for line in str(error).splitlines())
    print("kenshin: " + "\n".join(lines), file=sys.stderr)  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
