"""Golden reports: beside each assessment `golden/NAME.json` stand the page and the screen it must give.

`python -m tests.reports.golden` writes pages and screens anew; read the difference before you keep it.
"""

from io import StringIO
from pathlib import Path

from rich.console import Console

from kenshin.model.assessment import Assessment
from kenshin.model.origin import Origin
from kenshin.reports import console, document, html

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.json"))
# The lines around one finding of compromised.json, as a caller who holds the evidence gives them.
CONTEXTS = {
    Origin("/etc/sysctl.conf", 71): (
        (69, "# Protected links"),
        (70, "#\tkept <b>off</b> \udcff\x1b[31m"),
        (71, "vm.nr_hugepages=128"),
        (72, ""),
    )
}


def stored(name: str) -> Assessment:
    """The assessment of that name."""
    return document.parse((GOLDEN / f"{name}.json").read_text("utf-8"))


def screen(assessment: Assessment, width: int = 80) -> str:
    """What the console shows when piped."""
    written = StringIO()
    console.render(assessment, Console(file=written, width=width, force_terminal=False))
    return written.getvalue()


def reports(name: str) -> dict[str, str]:
    """The reports of that name by their golden file."""
    assessment = stored(name)
    return {f"{name}.txt": screen(assessment), f"{name}.html": html.render(assessment, CONTEXTS)}


def write() -> None:
    """Write every golden report anew."""
    for name in NAMES:
        for file, text in reports(name).items():
            (GOLDEN / file).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
