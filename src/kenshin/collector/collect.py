"""Reads from one host what a request names and streams it to standard output as a bundle.

Started as `python3 -I -S -E -B -` with this file and a last line `main('<request as JSON>')` on
standard input. Python 3.6 or later, standard library only. It opens nothing for writing, starts
no program, and holds at most a few blocks of any file in memory. docs/bundle.md has the format.

It runs as two processes. The reader touches the host's files; the watchman only passes the
reader's lines on, and where a file system gives no answer (a dead network mount, a hostile FUSE)
it kills the reader, tells that place as failed, and lets a new reader go on behind it.

From top to bottom: how a path is resolved, how a place is read, what is printed, how content is
streamed, how an inode is told, how a pattern is walked, how the reader is watched, and main.
"""

import base64
import collections
import errno
import fcntl
import hashlib
import json
import mmap
import os
import re
import select
import signal
import stat
import struct
import sys
import time

try:
    import ctypes
except ImportError:  # a Python built without it has the stepwise resolver
    ctypes = None

BLOCK = 128 * 1024  # of one read, and of the content in one line of the bundle
LINE_LIMIT = 64 * 1024  # of a line that is searched
SEARCH_LIMIT = 1 << 30  # bytes of one file
NAMES_LIMIT = 100000  # in all directories that one want lists
BYTES_LIMIT = 128 << 20  # of content for one want
DEPTH_LIMIT = 40  # of a tree
LINKS_LIMIT = 40  # as path_resolution(7)
HEAD = 1024  # bytes of a binary file, where text is wanted
PATIENCE = 30  # seconds without an answer; each silent place halves it,
LEAST_PATIENCE = 1  # down to this

VANISHED = (errno.ENOENT, errno.ENOTDIR, errno.ESRCH)
REFUSED = (errno.EACCES, errno.EPERM)
PATH_ONLY = os.O_PATH | os.O_CLOEXEC
GET_FLAGS = 0x80086601  # FS_IOC_GETFLAGS, 64-bit; the kernel writes 32 bits of it
TYPES = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
}


def failure(number, words=None):
    """An error of a system call, in the system's words or ours."""
    return OSError(number, words or os.strerror(number))


def outcome_of(error):
    """How an error of a call is told: absent, denied or failed."""
    if error.errno in VANISHED:
        return "absent"
    return "denied" if error.errno in REFUSED else "failed"


# --- paths: both resolvers stay beneath the root and follow no magic link (/proc/PID/root) --------


class OpenAt2:
    """Resolves a path beneath a root in the kernel: openat2(2), Linux 5.6."""

    NUMBER = 437  # on every architecture
    HOW = struct.Struct("=QQQ")
    BENEATH = 0x10 | 0x02  # RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS
    name = "openat2"

    def __init__(self, root):
        if ctypes is None:
            raise failure(errno.ENOSYS)
        self.call = ctypes.CDLL(None, use_errno=True).syscall
        self.root = root
        self.prefix = os.readlink(b"/proc/self/fd/%d" % root).rstrip(b"/")
        os.close(self.open(b"/", True)[0])

    def open(self, path, follow):
        """An O_PATH descriptor, and the path that it has beneath the root, free of links."""
        number = self.descriptor(path, PATH_ONLY | (0 if follow else os.O_NOFOLLOW))
        try:
            return number, self.beneath(number)
        except OSError:
            os.close(number)
            raise

    def descriptor(self, path, flags):
        """What openat2 gives."""
        how = self.HOW.pack(flags, 0, self.BENEATH)
        for _ in range(100):  # EAGAIN: a rename raced with `..`
            number = self.call(self.NUMBER, self.root, ctypes.c_char_p(path), how, len(how))
            error = ctypes.get_errno()
            if number >= 0:
                return number
            if error not in (errno.EAGAIN, errno.EINTR):
                break
        raise failure(error)

    def beneath(self, number):
        """Where a descriptor's inode is now."""
        where = os.readlink(b"/proc/self/fd/%d" % number)
        if where.endswith(b" (deleted)") and os.fstat(number).st_nlink == 0:
            raise failure(errno.ENOENT)
        if where != self.prefix and not where.startswith(self.prefix + b"/"):
            raise failure(errno.EXDEV, "it is outside the root now")
        return where[len(self.prefix) :] or b"/"


class Stepwise:
    """Resolves a path beneath a root one name at a time, for kernels without openat2."""

    name = "stepwise"

    def __init__(self, root):
        self.root = root

    def open(self, path, follow):
        """See OpenAt2.open."""
        todo, links = steps(path), 0
        held = [(b"", os.dup(self.root))]
        try:
            while todo:
                target = self.step(held, todo.pop(0), follow or todo)
                if target is None:
                    continue
                links += 1
                if links > LINKS_LIMIT:
                    raise failure(errno.ELOOP)
                while target.startswith(b"/") and len(held) > 1:
                    os.close(held.pop()[1])
                todo[:0] = steps(target)
            return os.dup(held[-1][1]), b"/" + b"/".join(name for name, _ in held[1:])
        finally:
            for _, number in held:
                os.close(number)

    def step(self, held, name, follow):
        """Goes one name further; gives the text of a link that is to be followed instead."""
        here = os.fstat(held[-1][1])
        if not stat.S_ISDIR(here.st_mode):
            raise failure(errno.ENOTDIR)
        if name == b"..":
            if len(held) > 1:
                os.close(held.pop()[1])
            return None
        if name == b".":
            return None
        number = os.open(name, PATH_ONLY | os.O_NOFOLLOW, dir_fd=held[-1][1])
        held.append((name, number))
        if not follow or not stat.S_ISLNK(os.fstat(number).st_mode):
            return None
        if here.st_ino != 1 and here.st_dev == proc_device():
            raise failure(errno.ELOOP)  # beneath a process all links are magic
        try:
            return os.readlink(b"", dir_fd=number)
        finally:
            os.close(held.pop()[1])


def steps(path):
    """The names in a path, one after the other; an empty one and `.` ask for a directory."""
    names = path.lstrip(b"/").split(b"/")
    return [name or b"." for name in names]


def proc_device():
    """The device number of /proc."""
    return os.stat(b"/proc").st_dev


def resolver(root, wanted):
    """The best way to resolve paths that this machine has."""
    if wanted != "stepwise":
        try:
            return OpenAt2(root)
        except OSError:
            if wanted == "openat2":
                raise
    return Stepwise(root)


# --- views: how one place is read -----------------------------------------------------------------


class LibcView:
    """Reads through the C library's calls, as any program on the host does."""

    name = "libc"

    def __init__(self, paths):
        self.paths = paths

    def find(self, path, follow):
        """An O_PATH descriptor of what a path names, and its own path beneath the root."""
        return self.paths.open(path, follow)

    def child(self, directory, name):
        """The same for one name in a directory; a link is not followed."""
        return os.open(name, PATH_ONLY | os.O_NOFOLLOW, dir_fd=directory)

    def status(self, number):
        """Its attributes: stat(2)."""
        return os.fstat(number)

    def link(self, number):
        """The text of a symbolic link."""
        return os.readlink(b"", dir_fd=number)

    def reopen(self, number, extra=0):
        """The same inode, open for reading; only for what is known to be a file or a directory."""
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | extra
        path = b"/proc/self/fd/%d" % number
        try:
            return os.open(path, flags | os.O_NOATIME)
        except PermissionError:  # O_NOATIME is for the owner alone
            return os.open(path, flags)

    def names(self, number, limit):
        """Up to so many names of a directory, sorted, and whether there are more."""
        opened = self.reopen(number, os.O_DIRECTORY)
        try:
            if sys.version_info < (3, 7):  # whose scandir() takes a path, and would touch its atime
                names = [os.fsencode(name) for name in os.listdir(opened)]
                return sorted(names)[:limit], len(names) > limit
            names = []
            with os.scandir(opened) as items:  # novm
                for item in items:
                    if len(names) == limit:
                        return sorted(names), True
                    names.append(os.fsencode(item.name))
            return sorted(names), False
        finally:
            os.close(opened)

    def read(self, number, length):
        """The next bytes of an open file."""
        return os.read(number, length)


VIEWS = {"libc": LibcView}


# --- output ---------------------------------------------------------------------------------------


class Bundle:
    """Lines of JSON on a stream."""

    def __init__(self, stream):
        self.stream = stream
        self.encode = json.JSONEncoder(separators=(",", ":")).encode
        self.chunks = False

    def line(self, fields):
        """Writes one line."""
        self.stream.write(self.encode(fields).encode("ascii") + b"\n")

    def chunk(self, data):
        """Writes a part of the content of the place that is told next."""
        self.chunks = True
        self.line(text("chunk", data))

    def entry(self, path, view, outcome, **found):
        """Writes what was found at one place."""
        fields = text("path", path)
        fields.update(view=view, outcome=outcome)
        fields.update(found)
        self.line(fields)
        if self.chunks:  # which, were this line lost, would be taken for another place's
            self.stream.flush()
            self.chunks = False


class Seal:
    """A stream that counts the entries and digests the lines that go through it."""

    def __init__(self, stream):
        self.stream = stream
        self.digest = hashlib.sha256()
        self.entries = 0

    def write(self, lines):
        """Passes whole lines on."""
        self.digest.update(lines)
        self.entries += lines.startswith(b'{"path') + lines.count(b'\n{"path')
        self.stream.write(lines)

    def flush(self):
        """Passes on at once."""
        self.stream.flush()

    def close(self):
        """Writes the last line: it tells a reader that nothing is missing and nothing was changed."""
        Bundle(self.stream).line({"entries": self.entries, "sha256": self.digest.hexdigest()})
        self.stream.flush()


def text(name, data):
    """Bytes as a field: as they are where they are UTF-8, else in base64 under another name."""
    try:
        return {name: data.decode("utf-8")}
    except UnicodeDecodeError:
        return {name + "_b64": base64.b64encode(data).decode("ascii")}


def attributes(status):
    """The fields that stat(2) gives."""
    return {
        "type": TYPES.get(stat.S_IFMT(status.st_mode), "device"),
        "mode": status.st_mode,
        "uid": status.st_uid,
        "gid": status.st_gid,
        "size": status.st_size,
        "mtime": int(status.st_mtime),
        "ctime": int(status.st_ctime),
        "nlink": status.st_nlink,
    }


def flags_of(number):
    """The inode's attributes (chattr); nothing where the file system has none."""
    try:
        answer = fcntl.ioctl(number, GET_FLAGS, b"\0" * 8)
    except OSError:
        return {}
    return {"flags": struct.unpack("=I", answer[:4])[0]}


# --- content --------------------------------------------------------------------------------------

# How much of a file: bytes of content, the size up to which it is hashed, whether only text is of
# use, and the expressions one of which a line must match (none: all lines).
How = collections.namedtuple("How", "read digest text expressions")


def both(one, other):
    """How to read a file once for two wants."""
    read, digest = max(one.read, other.read), max(one.digest, other.digest)
    if not (one.read and other.read):
        return (one if one.read else other)._replace(digest=digest)
    every = bool(one.expressions and other.expressions)
    expressions = tuple(sorted(set(one.expressions + other.expressions))) if every else ()
    return How(read, digest, one.text and other.text, expressions)


class Lines:
    """Keeps the lines of a stream that match one of some expressions, each with its number."""

    def __init__(self, expressions):
        joined = "|".join("(?:%s)" % expression for expression in expressions)
        self.expression = re.compile(joined.encode("utf-8", "surrogateescape"))
        self.rest = b""
        self.number = 0
        self.long = False  # some line was longer than is searched
        self.within = False  # such a line, whose end has not come yet

    def feed(self, block):
        """Those of the next block."""
        pieces = block.split(b"\n")
        if self.within:
            pieces[0] = b""
        pieces[0] = self.rest + pieces[0]
        self.within = self.within and len(pieces) == 1
        self.rest = pieces.pop()
        if len(self.rest) > LINE_LIMIT:
            self.rest, self.within = self.rest[:LINE_LIMIT], True
        return b"".join(map(self.keep, pieces))

    def end(self):
        """The last line, where no newline ended it."""
        return self.keep(self.rest) if self.rest else b""

    def keep(self, line):
        """One line with its number, or nothing."""
        self.number += 1
        if len(line) >= LINE_LIMIT:
            line, self.long = line[:LINE_LIMIT], True
        return b"%d:%s\n" % (self.number, line) if self.expression.search(line) else b""


class Content:
    """Streams one open file: content up to a limit into the bundle, all of it into the digests."""

    def __init__(self, bundle, how, size, room):
        self.bundle = bundle
        self.how = how
        self.room = min(how.read, room)
        self.lines = Lines(how.expressions) if how.expressions else None
        self.digests = new_digests() if size <= how.digest else []
        self.total = 0
        self.kept = 0
        self.pending = b""
        self.full = False  # there was more than there was room for
        self.binary = False

    def stream(self, view, number):
        """Reads to the end, or as far as anything is wanted."""
        while self.digests or not self.full:
            block = view.read(number, BLOCK)
            if not block:
                break
            if self.total == 0 and self.how.text and is_binary(block[:HEAD]):
                self.room, self.binary = min(self.room, HEAD), True
            self.total += len(block)
            if self.total > self.how.digest:
                self.digests = []
            for digest in self.digests:
                digest.update(block)
            self.keep(self.lines.feed(block) if self.lines else block)
            if self.lines and self.total > SEARCH_LIMIT:
                self.full = True
        if self.lines:
            self.keep(self.lines.end())

    def keep(self, data):
        """Puts as much as there is room for into the bundle."""
        left = self.room - self.kept
        self.full = self.full or len(data) > left
        self.pending += data[:left]
        self.kept += min(len(data), left)
        while len(self.pending) > BLOCK:
            self.bundle.chunk(self.pending[:BLOCK])
            self.pending = self.pending[BLOCK:]

    def fields(self):
        """What the entry says of the content."""
        found = text("data", self.pending)
        found.update({digest.name: digest.hexdigest() for digest in self.digests})
        if self.lines:
            found["selected"] = True
        return found

    def lacks(self):
        """What was wanted and is not there, in words."""
        if not self.how.read or self.binary:
            return ""
        if self.lines and self.lines.long:
            return "lines were searched up to %d bytes" % LINE_LIMIT
        if not self.full:
            return ""
        return "only the first %d bytes were read" % (self.total if self.lines else self.kept)


def is_binary(head):
    """Whether a shell would refuse to read it: NUL in the first line, which is no #! line."""
    return b"\0" in head.split(b"\n")[0] and not head.startswith(b"#!")


def new_digests():
    """MD5, for package databases, and SHA-256; a kernel in FIPS mode may forbid the first."""
    # Python 3.9 has a way to say that MD5 is not for security here.
    options = {"usedforsecurity": False} if sys.version_info >= (3, 9) else {}
    digests = []
    for name in ("md5", "sha256"):
        try:
            digests.append(hashlib.new(name, **options))
        except ValueError:
            continue
    return digests


# --- telling one inode ----------------------------------------------------------------------------


class Teller:
    """Turns what is found at a place into an entry: every place gets one, whatever happens there."""

    def __init__(self, bundle, note):
        self.bundle = bundle
        self.note = note
        self.done = {}

    def alias(self, view, path, real):
        """A path whose parents hold a link: where it really is."""
        if real != path and self.done.setdefault((view.name, path, "alias"), real) is real:
            self.bundle.entry(path, view.name, "read", type="alias", **text("to", real))

    def failed(self, view, path, error, **found):
        """A place that could not be read, and why."""
        words = error.strerror or str(error)
        self.bundle.entry(path, view.name, outcome_of(error), error=words, **found)

    def names(self, want, view, number, path):
        """The names in a directory, as many as the want may still list; tells the directory."""
        self.note.write(view.name, path)
        found = attributes(view.status(number))
        try:
            names, more = view.names(number, want.names)
        except OSError as error:
            self.failed(view, path, error, **found)
            return []
        want.names -= len(names)
        if more:
            error = "more than %d names here and in the directories before" % NAMES_LIMIT
            self.bundle.entry(path, view.name, "cut", error=error, **found)
        elif self.fresh(view, path, want.how):
            self.bundle.entry(path, view.name, "read", **found)
        return names

    def fresh(self, view, path, how):
        """Whether a place has not been told yet; a file not as fully as is wanted now."""
        key = (view.name, path)
        known = self.done.get(key)
        self.done[key] = both(known, how) if known else how
        return self.done[key] != known

    def inode(self, want, view, number, path):
        """Tells what a descriptor of a place stands for."""
        self.note.write(view.name, path)
        found = attributes(view.status(number))
        if not self.fresh(view, path, want.how):
            return
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
        """A link, and what it ends at."""
        found.update(text("link", view.link(number)))
        try:
            target, real = view.find(path, True)
        except OSError as error:
            magic = path.count(b"/") > 2 and view.status(number).st_dev == proc_device()
            outcome = "read" if magic or error.errno in VANISHED else outcome_of(error)
            words = "a magic link; it was not followed" if magic else error.strerror
            self.bundle.entry(path, view.name, outcome, error=words, **found)
            return
        try:
            self.bundle.entry(path, view.name, "read", **dict(found, **text("to", real)))
            self.inode(want, view, target, real)
        finally:
            os.close(target)

    def file(self, want, view, number, path, found):
        """A regular file: attributes, and as much content and digests as is wanted."""
        how = self.done[(view.name, path)]
        content = Content(self.bundle, how, found["size"], want.bytes)
        try:
            if how.read or content.digests:
                opened = view.reopen(number)
                try:
                    found.update(flags_of(opened))
                    content.stream(view, opened)
                finally:
                    os.close(opened)
                found.update(content.fields())
        except OSError as error:
            self.failed(view, path, error, **dict(found, **text("data", content.pending)))
        else:
            lacks = content.lacks()
            self.bundle.entry(path, view.name, "cut" if lacks else "read", error=lacks, **found)
        want.bytes -= content.kept


# --- walking a pattern ----------------------------------------------------------------------------


class Want:
    """One want of the request, and what it may still cost."""

    def __init__(self, asked):
        self.asked = asked
        self.path = encoded(asked["path"])
        self.otherwise = encoded(asked["otherwise"])
        self.views = asked["views"]  # the names of those by which it is wanted
        expressions = (asked["select"],) if asked["select"] else ()
        self.how = How(asked["read"], asked["digest"], asked["text"], expressions)
        self.key = self.views[0].encode() + b"\0" + self.path  # as the note has it
        self.names = NAMES_LIMIT
        self.bytes = max(BYTES_LIMIT, asked["read"])


class Walker:
    """Finds the places that a pattern fits and has each told."""

    def __init__(self, teller, views):
        self.teller = teller
        self.views = views

    def answer(self, want):
        """Tells everything that is wanted; a fault of ours costs one want, and is told as well."""
        parts = [part for part in want.path.split(b"/") if part]
        for name in want.views:
            try:
                if name not in self.views:
                    raise failure(errno.ENOSYS, "this collector has no such view")
                if any(len(part) > 255 or b"\0" in part for part in parts) or len(want.path) > 4095:
                    raise failure(errno.ENOENT, "no path is so long, or holds a NUL")
                self.follow(want, self.views[name], b"", parts)
            except OSError as error:
                words = error.strerror or str(error)
                self.teller.bundle.entry(want.path, name, outcome_of(error), error=words)
            except Exception as error:  # noqa: BLE001
                words = "the collector failed: %r" % (error,)
                self.teller.bundle.entry(want.path, name, "failed", error=words)

    def follow(self, want, view, path, parts, quiet=False):
        """Everything that the rest of a pattern fits below a path; quiet: absence is not told."""
        stars = [index for index, part in enumerate(parts) if b"*" in part]
        if not stars:
            self.place(want, view, b"/".join([path] + parts) or b"/", quiet=quiet)
            return
        start = b"/".join([path] + parts[: stars[0]]) or b"/"
        number, real = self.directory(want, view, start, quiet)
        if number is None:
            return
        try:
            self.expand(want, view, number, real, parts[stars[0] :])
        finally:
            os.close(number)

    def expand(self, want, view, number, path, parts):
        """Goes on with each name in a directory that the first part of a pattern fits."""
        literals = map(re.escape, parts[0].split(b"*"))
        fits = re.compile(b"[^/]*".join(literals) + b"\\Z", re.DOTALL)
        for name in self.teller.names(want, view, number, path):
            below = path.rstrip(b"/") + b"/" + name
            if parts[0] == b"**":
                self.tree(want, view, number, name, below, 1)
            elif not fits.match(name):
                continue
            elif len(parts) == 1:
                self.place(want, view, below, number, name)
            else:
                self.follow(want, view, below, parts[1:], quiet=True)

    def directory(self, want, view, path, quiet):
        """An open directory's descriptor and its own path; tells why where there is none."""
        try:
            self.teller.note.write(view.name, path)
            number, real = view.find(path, True)
        except OSError as error:
            if not (quiet and error.errno in VANISHED):
                self.teller.failed(view, path, error)
            return None, path
        if stat.S_ISDIR(view.status(number).st_mode):
            self.teller.alias(view, path, real)
            return number, real
        os.close(number)
        if not quiet:
            self.place(want, view, path)
        return None, path

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
                words = "what is deeper than %d levels was not read" % depth
                self.teller.bundle.entry(path, view.name, "cut", type="directory", error=words)
                return
            for below in self.teller.names(want, view, number, path):
                self.tree(want, view, number, below, path + b"/" + below, depth + 1)
        finally:
            os.close(number)

    def place(self, want, view, path, parent=None, name=None, quiet=False):
        """One path: itself, and where it is a link also what it ends at."""
        try:
            self.teller.note.write(view.name, path)
            number, real = view.find(path, False) if parent is None else (view.child(parent, name), path)
            try:
                self.teller.alias(view, path, real)
                self.teller.inode(want, view, number, real)
            finally:
                os.close(number)
        except OSError as error:
            gone = error.errno in VANISHED
            if gone and want.otherwise and parent is None and os.path.basename(path) != want.otherwise:
                beside = os.path.dirname(path).rstrip(b"/") + b"/" + want.otherwise
                self.place(want, view, beside, quiet=quiet)
            elif not (gone and quiet):
                self.teller.failed(view, path, error)


def encoded(path):
    """A path of the request as the bytes it is on disk."""
    return path.encode("utf-8", "surrogateescape")


# --- watching the reader --------------------------------------------------------------------------


class Note:
    """What the reader is at, in memory that it shares with the watchman."""

    HEAD = struct.Struct("=QQQ")
    SIZE = 16384

    def __init__(self):
        self.memory = mmap.mmap(-1, self.SIZE)
        self.turn = 0
        self.number = 0  # of the want
        self.silent = {}  # why no further reader shall try a place

    def write(self, view, path):
        """Says which place comes next; refuses one that gave no answer before."""
        place = (view.encode() + b"\0" + path)[: self.SIZE - self.HEAD.size]
        if place in self.silent:
            raise failure(errno.ETIMEDOUT, self.silent[place])
        self.put(place)

    def begin(self, number, want):
        """Says that the reader begins with a want."""
        self.number = number
        self.put(want.key)

    def put(self, place):
        """Writes, with a new turn."""
        self.turn += 1
        written = self.HEAD.pack(self.turn, self.number, len(place)) + place
        self.memory[: len(written)] = written

    def read(self):
        """How often the reader went on, the number of its want, and the place it is at."""
        turn, number, length = self.HEAD.unpack(self.memory[: self.HEAD.size])
        return turn, number, self.memory[self.HEAD.size : self.HEAD.size + length]


def watch(bundle, wants, views, note):
    """Has all wants answered; replaces the reader where it hangs or dies, and says where that was."""
    first, patience = 0, PATIENCE
    while first < len(wants):
        reader, pipe = start(wants, views, note, first)
        answered = relay(pipe, bundle.stream, note, patience)
        os.close(pipe)
        if answered and os.waitpid(reader, 0)[1] == 0:
            return
        if answered:
            why = "reading it ended the collector's reader"
        else:
            why = "no answer in %g seconds" % patience
            kill(reader)
        _, number, place = note.read()
        if number < first or not place:  # it did not even begin
            number, place = first, wants[first].key
        view, _, path = place.partition(b"\0")
        bundle.entry(path, view.decode(), "failed", error=why)
        bundle.stream.flush()
        first = number + (place in note.silent)
        note.silent[place] = why
        patience = max(patience / 2, LEAST_PATIENCE)


def start(wants, views, note, first):
    """A process that answers the wants from the first on; its number, and the pipe it writes to."""
    pipe, inward = os.pipe()
    reader = os.fork()
    if reader:
        os.close(inward)
        return reader, pipe
    try:
        os.close(pipe)
        for standard in (0, 1, 2):  # a reader that cannot be killed must not hold the watchman's
            os.dup2(inward, standard)
        bundle = Bundle(os.fdopen(inward, "wb", BLOCK))
        walker = Walker(Teller(bundle, note), views)
        for number, want in enumerate(wants[first:], first):
            note.begin(number, want)
            walker.answer(want)
            bundle.line({"asked": want.asked["path"], "views": want.views})
            bundle.stream.flush()
        os._exit(0)
    finally:
        os._exit(1)


def relay(pipe, stream, note, patience):
    """Passes whole lines on until the reader ends; False when it has stood still for too long."""
    rest, seen, since = b"", None, time.monotonic()
    while True:
        if select.select([pipe], [], [], min(0.5, patience))[0]:
            block = os.read(pipe, BLOCK)
            if not block:
                return True
            lines, newline, rest = (rest + block).rpartition(b"\n")
            stream.write(lines + newline)
            stream.flush()
            since = time.monotonic()
        turn = note.read()[0]
        if turn != seen:
            seen, since = turn, time.monotonic()
        elif time.monotonic() - since > patience:
            return False


def kill(reader):
    """Ends a process, if a kill ends it; a system call may hang for good."""
    os.kill(reader, signal.SIGKILL)
    for _ in range(20):
        if os.waitpid(reader, os.WNOHANG)[0]:
            return
        time.sleep(0.05)


def main(task):
    """Streams the bundle that a request (JSON) asks for."""
    task = json.loads(task)
    if not os.path.exists("/proc/self/fd"):
        raise SystemExit("there is no /proc here, by which files are opened safely: mount it")
    root = os.open(encoded(task["root"]), PATH_ONLY | os.O_DIRECTORY)
    paths = resolver(root, task.get("resolver"))
    seal = Seal(sys.stdout.buffer)
    bundle = Bundle(seal)
    system = os.uname() if task["live"] else None
    header = {"kenshin_bundle": 1, "collector": task["collector"], "started": int(time.time())}
    header.update(live=task["live"], uid=os.getuid(), python="%d.%d.%d" % sys.version_info[:3])
    header.update(resolver=paths.name)
    if system:
        header.update(name=system.nodename, kernel=system.release, machine=system.machine)
    bundle.line(header)
    seal.flush()
    views = {name: view(paths) for name, view in VIEWS.items()}
    watch(bundle, [Want(asked) for asked in task["wants"]], views, Note())
    seal.close()
