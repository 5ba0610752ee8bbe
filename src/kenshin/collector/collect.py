"""Reads from one host what a request names and streams it to standard output as a bundle.

Started as `python3 -I -S -E -B -` with this file and a last line `main('<request as JSON>')` on
standard input. Python 3.6 or later, standard library only. It opens nothing for writing, starts
no program, and holds at most a few blocks of any file in memory. docs/bundle.md has the format.
"""

import base64
import errno
import hashlib
import json
import os
import re
import signal
import stat
import struct
import sys
import time

BLOCK = 192 * 1024
LINE_LIMIT = 64 * 1024  # of a selected line
NAMES_LIMIT = 100000  # in one directory
DEPTH_LIMIT = 40  # of a tree
LINKS_LIMIT = 40  # as path_resolution(7)
PATIENCE = 20  # seconds for one file or directory
HEAD = 1024  # of a binary file, where text is wanted

VANISHED = (errno.ENOENT, errno.ENOTDIR, errno.ESRCH)
REFUSED = (errno.EACCES, errno.EPERM)
ATTRIBUTES = 0x80086601  # FS_IOC_GETFLAGS, 64-bit; the kernel writes 32 bits of it
TYPES = (
    (stat.S_ISREG, "file"),
    (stat.S_ISDIR, "directory"),
    (stat.S_ISLNK, "link"),
    (stat.S_ISFIFO, "fifo"),
    (stat.S_ISSOCK, "socket"),
)


class Slow(OSError):
    """A read that gave no answer in time (a dead network mount, a FUSE file system)."""


def out_of_patience(number, frame):
    raise Slow(errno.ETIMEDOUT, "no answer in %d seconds" % PATIENCE)


# --- paths -------------------------------------------------------------------------------------


class OpenAt2:
    """Resolves a path beneath a root in the kernel: openat2(2), Linux 5.6."""

    NUMBER = 437  # on every architecture
    IN_ROOT, NO_MAGICLINKS = 0x10, 0x02
    name = "openat2"

    def __init__(self, root):
        import ctypes

        self.ctypes = ctypes
        self.call = ctypes.CDLL(None, use_errno=True).syscall
        self.root = root
        self.prefix = os.readlink(b"/proc/self/fd/%d" % root).rstrip(b"/")
        os.close(self.open(b"/", True)[0])

    def open(self, path, follow):
        """An O_PATH descriptor and the path it has beneath the root, free of links."""
        flags = os.O_PATH | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
        how = struct.pack("=QQQ", flags, 0, self.IN_ROOT | self.NO_MAGICLINKS)
        for _ in range(100):  # EAGAIN: a rename raced with `..`
            number = self.call(self.NUMBER, self.root, self.ctypes.c_char_p(path), how, len(how))
            error = self.ctypes.get_errno()
            if number >= 0 or error not in (errno.EAGAIN, errno.EINTR):
                break
        if number < 0:
            raise OSError(error, os.strerror(error))
        where = os.readlink(b"/proc/self/fd/%d" % number)
        if where != self.prefix and not where.startswith(self.prefix + b"/"):
            os.close(number)
            raise OSError(errno.EXDEV, "it is outside the root now")
        return number, where[len(self.prefix) :] or b"/"


class Stepwise:
    """Resolves a path beneath a root one name at a time, for kernels without openat2."""

    name = "stepwise"

    def __init__(self, root):
        self.root = root

    def open(self, path, follow):
        todo = [part for part in path.split(b"/") if part not in (b"", b".")]
        held = [(b"", os.dup(self.root))]
        links = 0
        try:
            while todo:
                part = todo.pop(0)
                if part == b"..":
                    if len(held) > 1:
                        os.close(held.pop()[1])
                    continue
                number = os.open(part, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=held[-1][1])
                if not stat.S_ISLNK(os.fstat(number).st_mode) or (not todo and not follow):
                    held.append((part, number))
                    continue
                try:
                    target = os.readlink(b"", dir_fd=number)
                finally:
                    os.close(number)
                links += 1
                if links > LINKS_LIMIT:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
                while target.startswith(b"/") and len(held) > 1:
                    os.close(held.pop()[1])
                todo[:0] = [step for step in target.split(b"/") if step not in (b"", b".")]
            return os.dup(held[-1][1]), b"/" + b"/".join(name for name, _ in held[1:])
        finally:
            for _, number in held:
                os.close(number)


def resolver(root, wanted):
    """The best way to resolve paths that this machine has."""
    if wanted != "stepwise":
        try:
            return OpenAt2(root)
        except (OSError, ImportError, AttributeError):
            if wanted == "openat2":
                raise
    return Stepwise(root)


# --- views: how one place is read ---------------------------------------------------------------


class LibcView:
    """Reads through the C library's calls, as any program on the host does."""

    name = "libc"

    def __init__(self, paths):
        self.paths = paths

    def find(self, path, follow):
        return self.paths.open(path, follow)

    def child(self, directory, name):
        return os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)

    def status(self, number):
        return os.fstat(number)

    def link(self, number):
        return os.readlink(b"", dir_fd=number)

    def reopen(self, number, extra=0):
        """The same inode, open for reading; never a device, a FIFO or a socket."""
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | extra
        path = b"/proc/self/fd/%d" % number
        try:
            return os.open(path, flags | os.O_NOATIME)
        except PermissionError:  # O_NOATIME is for the owner alone
            return os.open(path, flags)

    def names(self, number):
        """Up to NAMES_LIMIT names of a directory, sorted, and whether there are more."""
        opened = self.reopen(number, os.O_DIRECTORY)
        try:
            names = []
            for item in os.scandir(b"/proc/self/fd/%d" % opened):
                if len(names) == NAMES_LIMIT:
                    return sorted(names), True
                names.append(item.name)
            return sorted(names), False
        finally:
            os.close(opened)

    def read(self, number, length):
        return os.read(number, length)


VIEWS = {"libc": LibcView}


# --- output -------------------------------------------------------------------------------------


class Bundle:
    """Writes lines of JSON and keeps their count and digest for the trailer."""

    def __init__(self, stream):
        self.stream = stream
        self.digest = hashlib.sha256()
        self.entries = 0

    def line(self, found):
        encoded = json.dumps(found, separators=(",", ":")).encode("ascii") + b"\n"
        self.digest.update(encoded)
        self.stream.write(encoded)

    def entry(self, path, view, outcome, **found):
        record = text("path", path)
        record.update(view=view, outcome=outcome)
        record.update(found)
        self.entries += 1
        self.line(record)

    def close(self):
        self.line({"entries": self.entries, "sha256": self.digest.hexdigest()})
        self.stream.flush()


def text(name, data):
    """Bytes as a field: as they are where they are UTF-8, else in base64 under another name."""
    try:
        return {name: data.decode("utf-8")}
    except UnicodeDecodeError:
        return {name + "_b64": base64.b64encode(data).decode("ascii")}


def outcome_of(error):
    """How an error of a call is told: absent, denied or failed, with the system's words."""
    if error.errno in VANISHED:
        return "absent"
    return "denied" if error.errno in REFUSED else "failed"


def attributes(status):
    found = {"mode": status.st_mode, "uid": status.st_uid, "gid": status.st_gid, "size": status.st_size}
    found.update(mtime=int(status.st_mtime), ctime=int(status.st_ctime), nlink=status.st_nlink)
    kinds = [name for test, name in TYPES if test(status.st_mode)]
    found["type"] = kinds[0] if kinds else "device"
    return found


def flags_of(number):
    """The inode's attributes (chattr); 0 where the file system has none."""
    try:
        import fcntl

        return struct.unpack("=i", fcntl.ioctl(number, ATTRIBUTES, b"\0" * 8)[:4])[0] & 0xFFFFFFFF
    except (OSError, ImportError):
        return 0


# --- content ------------------------------------------------------------------------------------


class Lines:
    """Keeps the lines of a stream that match an expression, each with its number."""

    def __init__(self, expression):
        self.expression = re.compile(expression.encode("utf-8", "surrogateescape"))
        self.rest = b""
        self.number = 0
        self.long = False

    def feed(self, block):
        pieces = (self.rest + block).split(b"\n")
        self.rest = pieces.pop()
        if len(self.rest) > LINE_LIMIT:
            self.rest, self.long = self.rest[:LINE_LIMIT], True
        return b"".join(map(self.keep, pieces))

    def keep(self, line):
        self.number += 1
        return b"%d:%s\n" % (self.number, line) if self.expression.search(line) else b""

    def end(self):
        return self.keep(self.rest) if self.rest else b""


class Content:
    """Streams one open file: content up to a limit into the bundle, all of it into the digests."""

    def __init__(self, bundle, view, want, size):
        self.bundle = bundle
        self.view = view
        self.limit = want["read"]
        self.text = want["text"]
        self.lines = Lines(want["select"]) if want["select"] else None
        self.digests = [new_digest(name) for name in ("md5", "sha256")] if size <= want["digest"] else []
        self.digest_limit = want["digest"]
        self.kept = 0
        self.pending = b""
        self.cut = False
        self.binary = False

    def stream(self, number):
        """Reads to the end, or as far as anything is wanted; returns the entry's fields."""
        total = 0
        while True:
            block = self.view.read(number, BLOCK)
            if not block:
                break
            if total == 0 and self.text and b"\0" in block[:HEAD]:
                self.limit, self.binary = min(self.limit, HEAD), True
            total += len(block)
            if total > self.digest_limit:
                self.digests = []
            for digest in self.digests:
                digest.update(block)
            self.keep(self.lines.feed(block) if self.lines else block)
            if self.kept >= self.limit and not self.digests:
                self.cut = self.cut or (total > self.kept and not self.binary and not self.lines)
                break
        if self.lines:
            self.keep(self.lines.end())
        found = text("data", self.pending)
        found.update({digest.name: digest.hexdigest() for digest in self.digests})
        if self.lines:
            found["selected"] = True
            self.cut = self.cut or self.lines.long
        return found

    def keep(self, data):
        room = self.limit - self.kept
        if len(data) > room:
            self.cut = self.limit > 0 and not self.binary
            data = data[:room]
        self.kept += len(data)
        self.pending += data
        if len(self.pending) >= BLOCK:
            self.bundle.line(text("chunk", self.pending))
            self.pending = b""


def new_digest(name):
    try:
        return hashlib.new(name, usedforsecurity=False)  # Python 3.9: allowed under FIPS as well
    except TypeError:
        return hashlib.new(name)


# --- one want after the other -------------------------------------------------------------------


class Collector:
    """Answers wants with entries: every place gets one, whatever happens there."""

    def __init__(self, bundle, views):
        self.bundle = bundle
        self.views = views
        self.done = {}

    def answer(self, want):
        pattern = want["path"].encode("utf-8", "surrogateescape")
        parts = [part for part in pattern.split(b"/") if part]
        for name in want["views"]:
            if name not in self.views:
                self.bundle.entry(pattern, name, "failed", error="this collector has no such view")
            elif b"*" in pattern:
                first = next(index for index, part in enumerate(parts) if b"*" in part)
                self.expand(want, self.views[name], b"/" + b"/".join(parts[:first]), parts[first:])
            else:
                self.place(want, self.views[name], b"/" + b"/".join(parts))

    def expand(self, want, view, start, parts):
        """Follows a pattern: lists a directory, and goes on with each name that fits."""
        number, path = self.find(view, start)
        if number is None:
            return
        try:
            names = self.directory(view, number, path)
            deep = parts[0] == b"**"
            fits = re.compile(b"^" + b"[^/]*".join(map(re.escape, parts[0].split(b"*"))) + b"$", re.DOTALL)
            for name in names:
                if not deep and not fits.match(name):
                    continue
                below = path.rstrip(b"/") + b"/" + name
                if deep:
                    self.tree(want, view, number, name, below, 1)
                elif len(parts) == 1:
                    self.place(want, view, below, number, name)
                elif any(b"*" in part for part in parts[1:]):
                    self.descend(want, view, below, parts[1:])
                else:
                    self.place(want, view, below + b"/" + b"/".join(parts[1:]), quiet=True)
        finally:
            os.close(number)

    def descend(self, want, view, path, parts):
        """Goes on below a name that a pattern's middle part fitted: only where it is a directory."""
        plain = [part for part in parts if b"*" not in part]
        ahead = parts[: parts.index(next(part for part in parts if b"*" in part))]
        where = b"/".join([path] + ahead)
        try:
            number, _ = view.find(where, True)
        except OSError as error:
            if outcome_of(error) != "absent":
                self.bundle.entry(where, view.name, outcome_of(error), error=os.strerror(error.errno))
            return
        is_directory = stat.S_ISDIR(view.status(number).st_mode)
        os.close(number)
        if is_directory:
            self.expand(want, view, where, parts[len(ahead) :] if plain or ahead else parts)

    def tree(self, want, view, parent, name, path, depth):
        """Everything below one name, without following links, to a bounded depth."""
        self.place(want, view, path, parent, name)
        try:
            number = view.child(parent, name)
        except OSError:
            return  # place() has told it
        try:
            if not stat.S_ISDIR(view.status(number).st_mode):
                return
            if depth == DEPTH_LIMIT:
                self.bundle.entry(path, view.name, "cut", type="directory", error="deeper than %d levels" % depth)
                return
            for below in self.directory(view, number, path):
                self.tree(want, view, number, below, path + b"/" + below, depth + 1)
        finally:
            os.close(number)

    def find(self, view, path):
        """An open directory's descriptor and its own path; tells why where there is none."""
        try:
            number, real = view.find(path, True)
        except OSError as error:
            self.failed(view, path, error)
            return None, path
        if real != path:
            self.alias(view, path, real)
        return number, real

    def directory(self, view, number, path):
        """The names in a directory; the directory itself becomes an entry."""
        key = (view.name, path, "names")
        signal.alarm(PATIENCE)
        try:
            found = attributes(view.status(number))
            names, more = view.names(number)
        except OSError as error:
            self.failed(view, path, error, type="directory")
            return []
        finally:
            signal.alarm(0)
        if more or key not in self.done:
            self.done[key] = True
            outcome = ("cut", "more than %d names" % NAMES_LIMIT) if more else ("read", "")
            self.bundle.entry(path, view.name, outcome[0], error=outcome[1], **found)
        return names

    def alias(self, view, path, real):
        if self.done.setdefault((view.name, path, "alias"), real) is real:
            self.bundle.entry(path, view.name, "read", type="alias", **text("to", real))

    def failed(self, view, path, error, **found):
        self.bundle.entry(path, view.name, outcome_of(error), error=os.strerror(error.errno or 0), **found)

    def place(self, want, view, path, parent=None, name=None, quiet=False):
        """One path: itself, and where it is a link also what it ends at."""
        signal.alarm(PATIENCE)
        try:
            if parent is None:
                number, real = view.find(path, False)
            else:
                number, real = view.child(parent, name), path
            try:
                if real != path:
                    self.alias(view, path, real)
                self.inode(want, view, number, real)
            finally:
                os.close(number)
        except OSError as error:
            if outcome_of(error) == "absent" and want["otherwise"] and parent is None:
                other = dict(want, otherwise="", path=want["otherwise"])
                self.place(other, view, os.path.dirname(path) + b"/" + other["path"].encode(), quiet=quiet)
            elif not (quiet and error.errno in VANISHED):
                self.failed(view, path, error)
        finally:
            signal.alarm(0)

    def inode(self, want, view, number, path):
        status = view.status(number)
        if self.done.get((view.name, path), -1) >= want["read"]:
            return
        self.done[(view.name, path)] = want["read"]
        found = attributes(status)
        if found["type"] == "link":
            self.link(want, view, number, path, found)
        elif found["type"] == "file":
            self.file(want, view, number, path, found)
        elif found["type"] == "directory":
            self.bundle.entry(path, view.name, "read", **found)
        else:
            error = "it is a %s; it was not opened" % found["type"]
            self.bundle.entry(path, view.name, "read", error=error, **found)

    def link(self, want, view, number, path, found):
        found.update(text("link", view.link(number)))
        try:
            target, real = view.find(path, True)
        except OSError as error:
            outcome = "read" if error.errno in VANISHED else outcome_of(error)
            self.bundle.entry(path, view.name, outcome, error=os.strerror(error.errno or 0), **found)
            return
        try:
            self.bundle.entry(path, view.name, "read", **dict(found, **text("to", real)))
            self.inode(want, view, target, real)
        finally:
            os.close(target)

    def file(self, want, view, number, path, found):
        content = Content(self.bundle, view, want, found["size"])
        try:
            opened = view.reopen(number)
            try:
                found["flags"] = flags_of(opened)
                if want["read"] or content.digests:
                    found.update(content.stream(opened))
            finally:
                os.close(opened)
        except OSError as error:
            self.failed(view, path, error, **dict(found, **text("data", content.pending)))
            return
        error = "only the first %d bytes were read" % content.kept if content.cut else ""
        self.bundle.entry(path, view.name, "cut" if content.cut else "read", error=error, **found)


def main(task):
    """Streams the bundle that a request (JSON) asks for."""
    task = json.loads(task)
    started = int(time.time())
    if not os.path.exists("/proc/self/fd"):
        raise SystemExit("there is no /proc here, by which files are opened safely: mount it")
    signal.signal(signal.SIGALRM, out_of_patience)
    root = os.open(task["root"].encode("utf-8", "surrogateescape"), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    paths = resolver(root, task.get("resolver"))
    bundle = Bundle(sys.stdout.buffer)
    system = os.uname()
    live = task["live"]
    bundle.line(
        {
            "kenshin_bundle": 1,
            "collector": task["collector"],
            "started": started,
            "live": live,
            "name": system.nodename if live else "",
            "kernel": system.release if live else "",
            "machine": system.machine if live else "",
            "uid": os.getuid(),
            "python": "%d.%d.%d" % sys.version_info[:3],
            "isolated": bool(sys.flags.isolated and sys.flags.no_site),
            "resolver": paths.name,
        }
    )
    collector = Collector(bundle, {name: view(paths) for name, view in VIEWS.items()})
    for want in task["wants"]:
        try:
            collector.answer(want)
        except Exception as error:  # a fault of ours costs one want, and is told
            path = want["path"].encode("utf-8", "surrogateescape")
            bundle.entry(path, "libc", "failed", error="the collector failed: %r" % (error,))
    bundle.close()
