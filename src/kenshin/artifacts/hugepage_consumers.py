"""Programs that are configured to use huge pages: databases, virtual machines, packet processing, Java."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kenshin.artifacts.environment import numbered
from kenshin.artifacts.hugepage_scripts import UNITS
from kenshin.artifacts.hugepages import kibibytes, number
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.request import Want
from kenshin.model.origin import Record

LIMITS = ("/etc/security/limits.conf", "/etc/security/limits.d/*.conf")
JAVA = (
    *(f"/etc/{name}/jvm.options" for name in ("elasticsearch", "opensearch", "logstash")),
    *(f"/etc/{name}/jvm.options.d/*" for name in ("elasticsearch", "opensearch")),
    *(
        f"/etc/{name}/*"
        for name in ("cassandra", "kafka", "wildfly", "tomcat*", "neo4j", "hbase/conf", "hadoop/conf")
    ),
    *(
        f"/opt/*/{name}"
        for name in ("bin/setenv.sh", "bin/*.conf", "bin/*-env.sh", "config/jvm.options", "conf/*.options")
    ),
    *("/usr/share/tomcat*/bin/setenv.sh", "/srv/*/bin/setenv.sh", "/etc/solr.in.sh"),
)
ENVIRONMENT = ("/etc/default/*", "/etc/sysconfig/*", "/etc/environment", *(want.path for want in UNITS))
NO_PROGRAM = ("/tmp/", "/dev/shm/", "/.")  # noqa: S108


@dataclass(frozen=True, slots=True)
class HugePageConsumer(Record):
    """One line that says that a program uses huge pages; `need` in KiB where the file tells it.

    `sure` is false for a line that only allows it (locked memory).
    """

    who: str
    need: int | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """Which line in which files makes a program a consumer, and which amounts in the file are its need."""

    who: str
    paths: tuple[str, ...]
    line: re.Pattern[str]
    need: re.Pattern[str] | None = None


def _rule(who: str, paths: tuple[str, ...], line: str, need: str = "") -> Rule:
    return Rule(
        who,
        paths,
        re.compile(line.replace("^", "^[ \\t]*"), re.MULTILINE),
        re.compile(need) if need else None,
    )


_HEAP = r"-Xmx([0-9]{1,12}[kKmMgGtT]?)"
RULES = (
    _rule("Java", (*JAVA, *ENVIRONMENT), r"-XX:\+Use(?:LargePages|HugeTLBFS)\b", _HEAP),
    _rule("libvirt", ("/etc/libvirt/qemu/*.xml",), r"<hugepages\b", r"<memory unit='KiB'>([0-9]{1,12})<"),
    _rule("libvirt", ("/etc/libvirt/qemu.conf",), r"^hugetlbfs_mount\s*="),
    _rule(
        "QEMU",
        ("/etc/default/qemu-kvm", "/etc/sysconfig/qemu-kvm"),
        r"^(?:KVM|QEMU)_HUGEPAGES=[\"']?(?:1|yes|on)",
    ),
    _rule("QEMU", ENVIRONMENT, r"-mem-path[ =]/\S*huge|memory-backend-file,\S*huge|hugetlb=on"),
    _rule("Proxmox", ("/etc/pve/qemu-server/*.conf",), r"^hugepages:\s*(?:2|1024|any)"),
    _rule("DPDK", ("/etc/dpdk/dpdk.conf",), r"^NR_(?:1G|2M)_PAGES=[\"']?[1-9]"),
    _rule("DPDK", ("/etc/dpdk/interfaces",), r"^[a-z]+\s+[0-9a-fA-F:.]+"),
    _rule(
        "DPDK",
        ENVIRONMENT,
        r"--(?:socket-mem|huge-dir|socket-limit|huge-unlink)\b|\b(?:dpdk-)?testpmd\b|\bF-Stack\b",
    ),
    _rule("Open vSwitch", ("/etc/openvswitch/conf.db",), r"dpdk-init\W{1,6}(?:true|try)"),
    _rule(
        "Open vSwitch",
        ("/etc/default/openvswitch-switch", "/etc/sysconfig/openvswitch"),
        r"--dpdk\b|dpdk-init",
    ),
    _rule("VPP", ("/etc/vpp/startup.conf",), r"^(?:unix|dpdk|buffers|memory|cpu)\s*\{"),
    _rule("F-Stack", ("/etc/f-stack.conf",), r"^\[dpdk\]"),
    _rule(
        "Suricata",
        ("/etc/suricata/suricata.yaml",),
        r"interface:\s*(?!0000:3b:00\.[01])[0-9a-f]{4}:[0-9a-f]{2}:",
    ),
    _rule("Suricata", ENVIRONMENT, r"suricata\b[^\n]{0,200}--dpdk\b|^LISTENMODE=[\"']?dpdk"),
    _rule("SPDK", ENVIRONMENT, r"\b(?:spdk_tgt|nvmf_tgt|iscsi_tgt)\b|^(?:NRHUGE|HUGEMEM)="),
    _rule("Ceph with SPDK", ("/etc/ceph/ceph.conf",), r"=\s*spdk:"),
    _rule("memcached", ("/etc/memcached.conf",), r"^-L\b|^--enable-largepages"),
    _rule(
        "memcached",
        ENVIRONMENT,
        r"memcached\b[^\n]{0,200} (?:-L|--enable-largepages)\b|^OPTIONS=\"[^\"]{0,200}-L\b",
    ),
    _rule("MySQL", ENVIRONMENT, r"(?:mysqld|mariadbd)\b[^\n]{0,200}--large-pages\b"),
    _rule("PostgreSQL", ENVIRONMENT, r"\bhuge_pages=on\b"),
    _rule(
        "PostgreSQL (Patroni)",
        ("/etc/patroni/*", "/etc/patroni.yml"),
        r"^huge_pages:\s*[\"']?(?:on|true|yes)",
    ),
    _rule(
        "Db2", ("/home/db2inst1/sqllib/profile.env", "/opt/ibm/db2/*/default.env"), r"^DB2_LARGE_PAGE_MEM\s*="
    ),
    _rule("Aerospike", ("/etc/aerospike/aerospike.conf",), r"^namespace\s+\S+"),
    _rule(
        "PHP",
        ("/etc/php/*/*/php.ini", "/etc/php/*/*/conf.d/*", "/etc/php.d/*"),
        r"^opcache\.huge_code_pages\s*=\s*(?:1|[Oo]n)",
    ),
    _rule("ScyllaDB", ("/etc/default/scylla-server", "/etc/scylla.d/*"), r"--hugepages\b"),
    _rule(
        "Kubernetes",
        (
            "/etc/kubernetes/*.yaml",
            "/etc/kubernetes/manifests/*",
            "/var/lib/kubelet/config.yaml",
            "/etc/rancher/k3s/config.yaml",
            "/var/lib/rancher/k3s/server/manifests/*",
        ),
        r"hugepages-[0-9]{1,4}[KMG]i|^HugePages:\s*true|medium:\s*[\"']?HugePages",
    ),
    _rule(
        "a program with libhugetlbfs",
        ENVIRONMENT,
        r"\bHUGETLB_(?:MORECORE|SHM|ELFMAP)=|glibc\.malloc\.hugetlb=2",
    ),
    _rule(".NET", ENVIRONMENT, r"\b(?:DOTNET|COMPlus)_GCLargePages=[\"']?(?:0x)?1"),
)
_BY_PATTERN = {
    pattern: tuple(rule for rule in RULES if pattern in rule.paths)
    for pattern in dict.fromkeys(pattern for rule in RULES for pattern in rule.paths)
}
_PLACES = [(Want(pattern), rules) for pattern, rules in _BY_PATTERN.items()]
_LIMITS = [Want(pattern) for pattern in LIMITS]
# Most files are units that use no huge pages. Each rule for units asks for one of these, and looking for
# plain text costs next to nothing; a test holds the rules to it.
HINTS = ("uge", "UGE", "arge", "dpdk", "testpmd", "F-Stack", "_tgt", "memcached", "OPTIONS", "socket-")
_UNITS = [Want(pattern) for pattern in ENVIRONMENT]


def _want(pattern: str) -> Want:
    """Only the telling lines: such files hold passwords as well. Units and environments are read whole."""
    if pattern in ENVIRONMENT:
        return Want(pattern)
    rules = _BY_PATTERN[pattern]
    lines = [found.pattern for rule in rules for found in (rule.line, rule.need) if found is not None]
    return Want(pattern, select="|".join(lines))


WANTS = (
    *(Want(path, select="memlock") for path in LIMITS),
    *map(_want, _BY_PATTERN),
)
_MEMLOCK = re.compile(r"(@?[\w-]{1,32})\s+(?:soft|hard|-)\s+memlock\s+(\S{1,20})")


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The lines of one file by which a program uses huge pages."""
    path = asked.path
    if any_matches(_LIMITS, path):
        for line, text in telling_lines(asked):
            found = _MEMLOCK.match(text)
            if found and found[1] not in ("root", "*"):
                yield HugePageConsumer(asked.entry.origin(line), text, f"user {found[1]}", sure=False)
    if not any(hint in asked.entry.text for hint in HINTS) and any_matches(_UNITS, path):
        return
    for want, rules in _PLACES:
        if want.matches(path):
            for rule in rules:
                yield from _by_rule(rule, asked)


def any_matches(wants: Iterable[Want], path: str) -> bool:
    """Whether one of the wants covers the path."""
    return any(want.matches(path) for want in wants)


def telling_lines(asked: Asked) -> Iterator[tuple[int, str]]:
    """Number and stripped text of each line that is no comment."""
    for line, text in numbered(asked.entry):
        stripped = text.strip()
        if stripped and stripped[0] not in "#;":
            yield line, stripped


def _by_rule(rule: Rule, asked: Asked) -> Iterator[Record]:
    if not (asked.entry.selected or rule.line.search(asked.entry.text)):
        return  # most files: told by one search
    found = [(line, text) for line, text in telling_lines(asked) if rule.line.search(text)]
    found = [(line, text) for line, text in found if not text.startswith("Exec") or not _from_nowhere(text)]
    if found:
        sizes = rule.need.findall(asked.entry.text) if rule.need else []
        amounts = [kibibytes(size) if rule.who == "Java" else number(size) for size in sizes]
        need = sum(amount for amount in amounts if amount is not None) or None
        line, text = found[0]
        yield HugePageConsumer(asked.entry.origin(line), text, rule.who, need)


def _from_nowhere(text: str) -> bool:
    """Whether a unit's line runs a program from a place where no business program lives."""
    return any(place in text for place in NO_PROGRAM)


ARTIFACT = Artifact("hugepage_consumers", WANTS, parse)
