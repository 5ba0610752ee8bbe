"""Programs that obtain content over the network, and what they call their options."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from kenshin.shell.act import Fetch
from kenshin.shell.call import Call, Handlers, Options, basename, parse_options
from kenshin.shell.value import Value, unknown

URL = re.compile(r"(?:https?|ftps?|tftp|sftp|rsync|gopher)://", re.IGNORECASE)
HOSTLIKE = re.compile(r"[\w.-]+\.[A-Za-z]{2,}(?:[:/]|\Z)|\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|\Z)")
REMOTE = re.compile(r"(?:[\w.-]+@)?[\w.-]{2,}:(?!//)\S*|rsync://\S+|s?ftp://\S+")
CURL_SHORT = "oxdHuAemTwbcCFKrtXyYzEPQUD"
CURL_LONG = frozenset(
    "output url proxy data data-raw data-binary data-urlencode header user user-agent referer max- "
    "time upload-file write-out cookie cookie-jar form config range request retry retry-delay retry- "
    "max-time connect-timeout cacert cert key resolve interface proxy-user socks5 socks5-hostname "
    "socks4 socks4a preproxy limit-rate output-dir doh-url connect-to dns-servers max-redirs unix- "
    "socket ciphers json form-string noproxy max-filesize".split()
)
WGET_SHORT = "OoaeitTwQPUlADRIXB"
WGET_LONG = frozenset(
    "output-document output-file append-output execute input-file tries timeout wait directory-prefix "
    "user-agent user password header post-data post-file body-data method referer limit-rate bind- "
    "address ca-certificate load-cookies save-cookies connect-timeout read-timeout dns-timeout "
    "waitretry".split()
)
FLAGS = re.compile(r"-[fsSLkqO]{2,6}-?|-O-|-qO-|--no-check-certificate|--insecure|--output-document(=.*)?")


def fetched(
    call: Call,
    tool: str,
    urls: Iterable[str],
    to: str | None,
    *,
    insecure: bool = False,
    proxy: str | None = None,
) -> Value:
    """Notes a fetch; gives its output, or remembers the file it wrote."""
    state = call.state
    place = state.place(to) if to else None
    if to in ("-", "/dev/stdout"):
        place = None
    line, text = call.place
    call.emit(Fetch(line, text, tool, tuple(urls), place, insecure, proxy or _proxy(call)))
    content = unknown(f"$({tool} {' '.join(urls)})", "network", how=(tool,), path=place)
    if place is None:
        return content
    if place != "/dev/null":
        state.files[place] = content
    return Value()


def _proxy(call: Call) -> str | None:
    for name in ("https_proxy", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        found = call.state.variables.get(name)
        if found is not None and found.text:
            return found.text
    return None


def _last_part(url: str) -> str:
    path = url.split("://", 1)[-1].split("?", 1)[0].rstrip("/")
    return basename(path) if "/" in path else "index.html"


def _curl(call: Call) -> Value:
    options = parse_options(call.arguments, CURL_SHORT, CURL_LONG)
    urls = [value.text for value in (*options.values.get("url", ()), *options.operands)]
    proxy = options.value("x", "proxy", "socks5", "socks5-hostname", "socks4", "socks4a", "preproxy")
    to = options.value("o", "output")
    target = to.text if to else None
    if target is None and options.has("O", "remote-name", "remote-name-all") and urls:
        target = _last_part(urls[0])
    directory = options.value("output-dir")
    if directory and target:
        target = f"{directory.text}/{target}"
    if not urls:
        return call.output()
    return fetched(
        call,
        call.name,
        urls,
        target,
        insecure=options.has("k", "insecure"),
        proxy=proxy.text if proxy else None,
    )


def _wget(call: Call) -> Value:
    options = parse_options(call.arguments, WGET_SHORT, WGET_LONG)
    urls = [value.text for value in options.operands]
    listed = options.value("i", "input-file")
    if listed:
        urls += [listed.text] if listed.text != "-" else (call.stdin.text.split()[:50] if call.stdin else [])
    to = options.value("O", "output-document")
    directory = options.value("P", "directory-prefix")
    target = to.text if to else _last_part(urls[0]) if urls else "index.html"
    if directory and to is None:
        target = f"{directory.text.rstrip('/')}/{target}"
    if options.has("spider"):
        target = "/dev/null"
    if not urls:
        return call.output()
    proxies = [value.text for value in options.values.get("e", ()) if "proxy=" in value.text]
    return fetched(
        call,
        call.name,
        urls,
        target,
        insecure=options.has("no-check-certificate"),
        proxy=proxies[0].split("=", 1)[1] if proxies else None,
    )


def _plain_downloader(call: Call) -> Value:
    """aria2c, axel, fetch, lwp-download and others: URLs, perhaps -o FILE and -d DIR."""
    options = parse_options(call.arguments, "odnsxUHT", frozenset({"out", "output", "dir", "timeout"}))
    urls = [value.text for value in options.operands if _is_url(value.text)]
    if not urls:
        return call.output()
    to = options.value("o", "out", "output")
    directory = options.value("d", "dir")
    extra = [value.text for value in options.operands if not _is_url(value.text)]
    target = to.text if to else extra[-1] if extra and call.name == "lwp-download" else _last_part(urls[0])
    return fetched(call, call.name, urls, f"{directory.text}/{target}" if directory else target)


def _reader(call: Call) -> Value:
    """lynx -source, w3m -dump, links, GET, http: content on standard output."""
    texts = call.texts
    urls = [text for text in texts if not text.startswith("-") and _is_url(text)]
    to = next((after for flag, after in pairwise(texts) if flag in ("-o", "--output")), None)
    return fetched(call, call.name, urls, to) if urls else call.output()


def _is_url(text: str) -> bool:
    return bool(URL.match(text) or HOSTLIKE.match(text)) or ("$" in text and "/" in text)


def _remote_copy(call: Call) -> Value:
    """scp, sftp, rsync: a fetch when a source is remote and the target is not."""
    options = parse_options(
        call.arguments,
        "eioPFcSlJTB",
        frozenset(
            {
                "rsh",
                "exclude",
                "include",
                "bwlimit",
                "log-file",
                "password-file",
                "exclude-from",
                "files-from",
                "port",
                "max-size",
                "link-dest",
            }
        ),
    )
    names = [value.text for value in options.operands]
    if call.name == "sftp" and names and REMOTE.match(names[0]):
        return fetched(call, "sftp", names[:1], names[1] if len(names) > 1 else _last_part(names[0]))
    remote = [name for name in names[:-1] if REMOTE.fullmatch(name)]
    if remote and not REMOTE.fullmatch(names[-1]):
        target = names[-1]
        if target in (".", "./") or target.endswith("/"):
            target = f"{target.rstrip('/')}/{basename(remote[0].split(':', 1)[-1])}"
        return fetched(call, call.name, remote, target)
    return call.output()


def _tftp(call: Call) -> Value:
    """tftp(1), busybox tftp and ftpget: host and file as operands or options."""
    options = parse_options(
        call.arguments,
        "rlbupPc" if call.name != "tftp" or "-g" in call.texts else "",
    )
    names = [value.text for value in options.operands]
    if call.name == "ftpget" and len(names) > 1:
        remote = names[2] if len(names) > 2 else names[1]
        return fetched(call, "ftpget", [f"ftp://{names[0]}/{remote}"], names[1])
    remote_value = options.value("r")
    if remote_value and names:
        local = options.value("l")
        target = local.text if local else basename(remote_value.text)
        return fetched(call, call.name, [f"tftp://{names[0]}/{remote_value.text}"], target)
    if "get" in names and names.index("get") + 1 < len(names):
        found = names[names.index("get") + 1]
        return fetched(call, call.name, [f"tftp://{names[0]}/{found}"], basename(found))
    if call.stdin is not None and names:
        return fetched(call, call.name, [f"{call.name}://{names[0]}"], None)
    return call.output()


def _git(call: Call) -> Value:
    options = parse_options(
        call.arguments, "bcCo", frozenset({"depth", "branch", "origin", "git-dir", "work-tree"})
    )
    names = [value.text for value in options.operands]
    if not names or names[0] not in ("clone", "archive") or len(names) < 2:
        return call.output()
    target = names[2] if len(names) > 2 else basename(names[1]).removesuffix(".git")
    output = fetched(call, "git clone", names[1:2], target)
    place = call.state.place(target)
    call.state.unpacked[place] = call.state.files.get(
        place, unknown("git clone", "network", how=("git clone",))
    )
    return output


def _dig(call: Call) -> Value:
    """dig, host, nslookup: text records can carry code."""
    names = call.texts
    if any("txt" in name.lower().split("=")[-1] and len(name) < 14 for name in names) and call.used:
        domains = [name for name in names if "." in name and not name.startswith(("@", "-", "+"))]
        return fetched(call, call.name, [f"dns:{name}" for name in domains[:4]], None)
    return call.output()


def renamed_downloader(call: Call) -> Value | None:
    """Reads an unknown program called as curl or wget are; None where it is not."""
    texts = call.texts
    urls = [text for text in texts if URL.match(text)]
    if not urls:
        return None
    styled = any(FLAGS.fullmatch(text) for text in texts)
    quiet = any(text in ("-q", "-s", "-L", "-k") for text in texts)
    named = any(text in ("-o", "-O") for text in texts)
    if not (styled or (quiet and named)):
        return unknown(f"$({call.name})", "network", how=(call.name,)) if call.used else None
    options: Options = parse_options(call.arguments, "oO" if "-O" in texts or "-o" in texts else "o")
    to = options.value("o", "O")
    if to is not None and URL.match(to.text):
        return fetched(call, call.name, urls, _last_part(urls[0]))
    return fetched(call, call.name, urls, to.text if to else None)


FETCHERS: Handlers = {
    "curl": _curl,
    "wget": _wget,
    "wget2": _wget,
    **dict.fromkeys(
        ("aria2c", "axel", "fetch", "lwp-download", "snarf", "puf", "youtube-dl"), _plain_downloader
    ),
    **dict.fromkeys(
        (
            "lynx",
            "w3m",
            "links",
            "links2",
            "elinks",
            "GET",
            "lwp-request",
            "http",
            "https",
            "xh",
            "curlie",
            "lwp-mirror",
        ),
        _reader,
    ),
    **dict.fromkeys(("scp", "sftp", "rsync"), _remote_copy),
    **dict.fromkeys(("tftp", "ftp", "ftpget", "lftp", "ncftpget"), _tftp),
    "git": _git,
    **dict.fromkeys(("dig", "host", "nslookup", "drill", "kdig"), _dig),
}
