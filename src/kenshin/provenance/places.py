"""Paths under which a package may list a file that stands elsewhere."""

MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")  # merged into /usr since 2018


def spellings(path: str) -> tuple[str, ...]:
    """The path, and how it was written before /bin, /sbin and /lib became links into /usr."""
    first, _, rest = path.removeprefix("/usr/").partition("/")
    if path.startswith("/usr/") and first in MERGED and rest:
        return (path, f"/{first}/{rest}")
    return (path,)


def merged(path: str) -> str:
    """The path as it is written since."""
    first, _, rest = path.removeprefix("/").partition("/")
    return f"/usr/{first}/{rest}" if first in MERGED and rest and path.startswith("/") else path
