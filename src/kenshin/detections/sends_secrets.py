"""A start-up line that hands out passwords and keys."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Connect, Run, Write
from kenshin.shell.command import Command

_SECRET = re.compile(
    r"/etc/(g?shadow|shadow-)|/\.ssh(/(id_[a-z0-9]+|\*)?)?$|/\.(aws/credentials|git-credentials|netrc|pgpass|kube/config|docker/config\.json)$"
    r"|/meta-?data/.{0,40}(security-credentials|token)|/dev/kmsg$|/\.(bash|mysql)_history$"
)
# Those name a key to log in with, or keep a copy where the owner wants one.
_OWN_KEYS = frozenset(
    ("ssh", "scp", "sftp", "rsync", "git", "ssh-add", "autossh", "chmod", "chown", "grep", "test", "[")
)
_UPLOADS = {
    "curl": re.compile(r"-[a-zA-Z]*[TFd](.*)?|--(upload-file|form|data)(-\w+)?(=.*)?"),
    "wget": re.compile(r"--(post|body)-(file|data)(=.*)?"),
}
_MAILERS = frozenset(("mail", "mailx", "mutt", "sendmail", "s-nail"))
_PRINTERS = frozenset(("cat", "head", "tail", "base64", "xxd", "od"))


def matches(case: Case) -> Iterator[Match]:
    """Lines that name a host's secrets and send something away, or print them to whom cron mails."""
    for command in case.commands:
        named = [(run, word) for run in command.runs for word in run.argv[1:] if _is_secret(run, word)]
        if not named:
            continue
        run, secret = named[0]
        if _sends(command):
            yield on(command, Grade.STRONG, f"it sends {secret} away")
        elif run.name in _PRINTERS and command.artifact == "cron" and not _keeps(command):
            yield on(command, Grade.WEAK, f"it prints {secret}, which cron sends to whom MAILTO names")


def _is_secret(run: Run, word: str) -> bool:
    return run.name not in _OWN_KEYS and _SECRET.search(word.rstrip("/")[-400:]) is not None


def _sends(command: Command) -> bool:
    for act in command.acts:
        if isinstance(act, Connect) and not act.how.startswith("ssh"):
            return True
        if isinstance(act, Run) and act.name in _MAILERS:
            return True
        if (
            isinstance(act, Run)
            and act.name in _UPLOADS
            and any(map(_UPLOADS[act.name].fullmatch, act.argv[1:]))
        ):
            return True
    return False


def _keeps(command: Command) -> bool:
    """Whether it writes a file, or hands on what it prints to another program."""
    return any(isinstance(act, Write) for act in command.acts) or len(list(command.runs)) > 1


DETECTION = Detection(
    name="sends_secrets",
    question="Does the host by itself hand out passwords and keys?",
    attack=("T1552.001", "T1048"),
    remedy="Take these passwords and keys for known: change them from another machine, then reinstall.",
    matches=matches,
)
