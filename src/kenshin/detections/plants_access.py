"""A start-up line that opens a way in or plants itself anew."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.analysis.places import odd_place
from kenshin.model.finding import Grade
from kenshin.shell.act import Act, Fetch, Run, Write

_KEY = re.compile(r"(ssh-(rsa|ed25519|dss)|ecdsa-sha2-\S+) AAAA")
_SETUID = re.compile(r"[ug]*[+=][rwxXt]*s|[2467]\d{3}")
_FOR_ALL = re.compile(r"\d*[2367]$|[ao]\+[rx]*w")
_CAPABLE = re.compile(
    r"cap_(set[ug]id|dac_\w+|sys_(admin|ptrace|module)|chown|fowner)|(^|\s)(all)?[=+]\w*[ep]"
)
_KERNEL = re.compile(r"/proc/sys/(kernel/(core_pattern|modprobe|hotplug)|fs/binfmt_misc/register)")
_PROGRAMS = re.compile(r"/(usr/)?s?bin/[^/]+")
_PAGE = re.compile(r".*\.(php\d?|phtml|jspx?|aspx?)", re.IGNORECASE)
_SHELL_PAGE = re.compile(r"(eval|system|assert|exec|passthru|shell_exec)\s?\(|getRuntime\(\)")
# path, what it gives, ATT&CK id
PLACES = (
    (re.compile(r".*/\.ssh/authorized_keys2?"), "a key that may log in", "T1098.004"),
    (re.compile(r"/etc/(passwd|shadow|gshadow|group)"), "an account", "T1136.001"),
    (re.compile(r"/etc/sudoers(\.d/.*)?"), "root for the asking", "T1548.003"),
    (re.compile(r"/etc/ld\.so\.preload"), "a library in every program", "T1574.006"),
    (re.compile(r"/etc/pam\.d/.*|.*/security/pam_[^/]*\.so"), "a way past the password", "T1556.003"),
    (
        re.compile(r"/etc/cron\.[^/]+/.*|/etc/(ana)?crontab|/etc/crontabs/.*|/var/spool/cron/.*"),
        "a job",
        "T1053.003",
    ),
    (
        re.compile(r"/etc/rc\.local|/etc/rc\.d/rc\.local|/etc/init\.d/.*|/etc/local\.d/.*"),
        "a start at boot",
        "T1037.004",
    ),
    (
        re.compile(r"/(etc|lib|usr/lib)/systemd/system/.*|.*/\.config/systemd/user/.*"),
        "a service",
        "T1543.002",
    ),
    (
        re.compile(r"/etc/profile(\.d/.*)?|.*/\.(bashrc|bash_profile|profile|zshrc)|.*/\.ssh/rc"),
        "a start at login",
        "T1546.004",
    ),
    (re.compile(r"/etc/udev/rules\.d/.*"), "a start by a device", "T1546.017"),
    (
        re.compile(r".*/(sitecustomize|usercustomize)\.py|.*-packages/[^/]*\.pth"),
        "a start with every Python",
        "T1546.018",
    ),
)
_UNLESS_LITERAL = ("T1098.004", "T1136.001")  # a grade down where what is written is not in the line
_PUTS = frozenset((">", ">>", "tee", "tee -a", "cp", "mv", "install", "ln", "dd", "sed -i"))
_MIGHTY = frozenset(("sudo", "wheel", "root", "docker", "lxd", "disk", "shadow"))
_COPIES = frozenset(("cp", "mv", "install", "ln"))
_DOWNLOADERS = frozenset(("/usr/bin/curl", "/usr/bin/wget", "/bin/curl", "/bin/wget"))


@dataclass(frozen=True, slots=True)
class _Plant:
    """What an act leaves behind, its ATT&CK id, and how much it proves."""

    what: str
    technique: str
    grade: Grade


def matches(case: Case) -> Iterator[Match]:
    """Lines that write a place which gives access or starts code, or that make a shell setuid."""
    tools = frozenset(case.indicators["homes.tools"])
    for command in case.commands:
        if command.artifact == "script" and case.word_for_file(command.origin.path) is not None:
            continue  # a package's own script may install its own parts
        planted = [found for act in command.acts if (found := _planted(act, tools))]
        if planted:
            most = max(planted, key=lambda plant: plant.grade.rank)
            match = on(command, most.grade, f"it plants {most.what}")
            yield Match(
                match.origin,
                match.text,
                match.artifact,
                most.grade,
                match.summary,
                match.details,
                attack=(most.technique,),
            )


def _planted(act: Act, tools: Collection[str]) -> _Plant | None:
    if isinstance(act, Write):
        return _written(act, tools)
    if isinstance(act, Fetch) and act.to is not None:
        return _fetched(act.to)
    if isinstance(act, Run) and act.name in ("useradd", "adduser", "usermod") and _is_second_root(act.argv):
        return _Plant(f"a second root: {' '.join(act.argv)}", "T1136.001", Grade.STRONG)
    if isinstance(act, Run) and _changes_account(act):
        return _Plant(f"what an account may do: {' '.join(act.argv)}", "T1098", Grade.WEAK)
    return None


def _is_second_root(argv: tuple[str, ...]) -> bool:
    flags = {word for word in argv if word.startswith("-")}
    shared = not flags.isdisjoint(("-o", "-ou", "--non-unique"))
    return (shared and "0" in argv) or not flags.isdisjoint(("--uid=0", "-u0", "-ou0"))


def _changes_account(run: Run) -> bool:
    """A password set or taken away, or a member for a group that is as good as root."""
    words = frozenset(word for argument in run.argv[1:] for word in argument.split(","))
    if run.name in ("usermod", "gpasswd", "adduser"):
        return not words.isdisjoint(_MIGHTY) and not words.isdisjoint(("-aG", "-Ga", "-a", "-G", "--append"))
    return run.name == "chpasswd" or (
        run.name == "passwd" and not words.isdisjoint(("-d", "--delete", "--stdin"))
    )


def _written(act: Write, tools: Collection[str]) -> _Plant | None:
    if _gives_root(act):
        return _Plant(f"a setuid program: {act.path} {act.detail}", "T1548.001", Grade.STRONG)
    if (
        act.how == "chmod"
        and _FOR_ALL.search(act.detail)
        and any(place.fullmatch(act.path) for place, *_ in PLACES)
    ):
        return _Plant(f"the right to write {act.path} for everybody", "T1222.002", Grade.STRONG)
    if _KERNEL.fullmatch(act.path) and odd_place(_handler(act.detail), tools):
        return _Plant(f"a program that the kernel starts: {act.detail.strip()}", "T1546", Grade.STRONG)
    if act.how.startswith("crontab"):
        return _Plant(f"jobs, by {act.how}", "T1053.003", Grade.STRONG)
    if act.how in _COPIES and _PROGRAMS.fullmatch(act.path):
        return _copied(act, tools)
    if act.how not in _PUTS:
        return None
    if _PAGE.fullmatch(act.path) and _SHELL_PAGE.search(act.detail):
        return _Plant(f"a page that runs what a visitor sends: {act.path}", "T1505.003", Grade.STRONG)
    for place, what, technique in PLACES:
        if place.fullmatch(act.path):
            sure = _KEY.search(act.detail) or technique not in _UNLESS_LITERAL
            return _Plant(f"{what}: {act.path}", technique, Grade.STRONG if sure else Grade.WEAK)
    return None


def _gives_root(act: Write) -> bool:
    if act.how == "setcap":
        return _CAPABLE.search(act.detail) is not None
    mode = act.detail.rpartition(" ")[2] if act.how == "install" else act.detail if act.how == "chmod" else ""
    return _SETUID.search(mode) is not None


def _handler(detail: str) -> str:
    """The program in what is written to core_pattern (`|/path`) or binfmt_misc (`:x:M::y::/path:`)."""
    found = re.search(r"/[^\s:]*", detail)
    return found[0] if found else ""


def _copied(act: Write, tools: Collection[str]) -> _Plant | None:
    """A program put among the system's own: from an odd place, or a downloader under another name."""
    source = act.detail.partition(" ")[0]
    if source in _DOWNLOADERS and source.rpartition("/")[2] != act.path.rpartition("/")[2]:
        return _Plant(f"a second name for {source}: {act.path}", "T1036.003", Grade.STRONG)
    if odd_place(source, tools):
        return _Plant(
            f"a program among the system's own: {act.path} from {source}", "T1036.005", Grade.STRONG
        )
    return None


def _fetched(path: str) -> _Plant | None:
    for place, what, technique in PLACES:
        if place.fullmatch(path):
            grade = Grade.WEAK if technique in _UNLESS_LITERAL else Grade.STRONG
            return _Plant(f"{what}, fetched from the network: {path}", technique, grade)
    if _PROGRAMS.fullmatch(path):
        return _Plant(
            f"a program among the system's own, fetched from the network: {path}", "T1105", Grade.WEAK
        )
    if _PAGE.fullmatch(path):
        return _Plant(
            f"a page that a web server runs, fetched from the network: {path}", "T1505.003", Grade.WEAK
        )
    return None


DETECTION = Detection(
    name="plants_access",
    question="Does the host by itself open a way in, or plant jobs and services anew?",
    attack=("T1098", "T1053.003"),
    remedy="Look at the place it writes, keep both files; removing one alone lets the other bring it back.",
    matches=matches,
)
