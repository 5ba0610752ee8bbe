"""Errors about us or the operator; what is wrong with a host is data, never an exception."""


class KenshinError(Exception):
    """Something kenshin or its operator got wrong: what, where, and what to do next."""

    def __init__(self, message: str, place: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        """One paragraph: `place: message. remedy`."""
        where = f"{self.place}: " if self.place else ""
        then = f"\n  {self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{then}"


class UsageError(KenshinError):
    """The command line asks for what kenshin does not offer (exit code 2)."""


class TargetError(KenshinError):
    """The target cannot be reached or is not what its URI says (exit code 1)."""


class CollectorError(KenshinError):
    """The collector did not start or broke off before its first line (exit code 1)."""


class BundleError(KenshinError):
    """The file is not an evidence bundle of a version that we read (exit code 1)."""


class ManifestError(KenshinError):
    """The business manifest is not valid; `place` gives file and entry (exit code 1)."""


class BaselineError(KenshinError):
    """The baseline is not valid or was tampered with (exit code 1)."""


class OutputError(KenshinError):
    """A file that the operator named cannot be written (exit code 1)."""


class AssessmentError(KenshinError):
    """The file is not an assessment of a version that we read (exit code 1)."""
