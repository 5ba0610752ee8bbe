"""A start-up line that opens a way in or plants itself anew."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Act, Run, Write

_KEY = re.compile(r"(ssh-(rsa|ed25519|dss)|ecdsa-sha2-\S+) AAAA")
_SETUID = re.compile(r"[ug]*[+=][rwxXt]*s|[2467]\d{3}")
# path, what it gives, ATT&CK id
PLACES = (
    (re.compile(r".*/\.ssh/authorized_keys2?"), "a key that may log in", "T1098.004"),
    (re.compile(r"/etc/(passwd|shadow|gshadow|group)"), "an account", "T1136.001"),
    (re.compile(r"/etc/sudoers(\.d/.*)?"), "root for the asking", "T1548.003"),
    (re.compile(r"/etc/ld\.so\.preload"), "a library in every program", "T1574.006"),
    (re.compile(r"/etc/pam\.d/.*|.*/security/pam_[^/]*\.so"), "a way past the password", "T1556.003"),
    (re.compile(r"/etc/cron\.[^/]+/.*|/etc/crontab|/var/spool/cron/.*"), "a job", "T1053.003"),
    (re.compile(r"/etc/rc\.local|/etc/rc\.d/rc\.local|/etc/init\.d/.*"), "a start at boot", "T1037.004"),
    (re.compile(r"/(etc|lib|usr/lib)/systemd/system/.*"), "a service", "T1543.002"),
    (re.compile(r"/etc/profile(\.d/.*)?|.*/\.(bashrc|bash_profile|profile|zshrc)"), "a start at login", "T1546.004"),
)
_PUTS = frozenset((">", ">>", "tee", "tee -a", "cp", "mv", "install", "ln", "dd", "sed -i"))


def matches(case: Case) -> Iterator[Match]:
    """Lines that write a place which gives access or starts code, or that make a shell setuid."""
    for command in case.commands:
        if command.artifact == "script" and case.word_for_file(command.origin.path) is not None:
            continue  # a package's own script may install its own parts
        planted = next((found for act in command.acts if (found := _planted(act))), None)
        if planted is not None:
            what, technique, grade = planted
            match = on(command, grade, f"it plants {what}")
            yield Match(match.origin, match.text, match.artifact, grade, match.summary, match.details, attack=(technique,))


def _planted(act: Act) -> tuple[str, str, Grade] | None:
    if isinstance(act, Write) and act.how == "chmod" and _SETUID.search(act.detail):
        return f"a setuid program: {act.path} {act.detail}", "T1548.001", Grade.STRONG
    if isinstance(act, Write) and act.how.startswith("crontab"):
        return f"jobs, by {act.how}", "T1053.003", Grade.STRONG
    if isinstance(act, Write) and act.how in _PUTS:
        for place, what, technique in PLACES:
            if place.fullmatch(act.path):
                literal = _KEY.search(act.detail) or technique not in ("T1098.004", "T1136.001")
                return f"{what}: {act.path}", technique, Grade.STRONG if literal else Grade.WEAK
    if isinstance(act, Run) and act.name in ("useradd", "adduser", "usermod") and {"-o", "0"} <= set(act.argv):
        return f"a second root: {' '.join(act.argv)}", "T1136.001", Grade.STRONG
    return None


DETECTION = Detection(
    name="plants_access",
    question="Does the host by itself open a way in, or plant jobs and services anew?",
    attack=("T1098", "T1053.003"),
    remedy="Look at the place it writes, keep both files; removing one alone lets the other bring it back.",
    matches=matches,
)
