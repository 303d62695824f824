"""The models of every file an installer writes: names, defaults, ranges. They hold no rule of the hall and open no file.

All are frozen and refuse unknown keys. Durations are whole seconds unless the name says minutes or days.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model, model_validator

from config.codes import HeldAct, Reason, ServiceKind, SiteKind, StaffRole
from config.settings.base import HallCode, Matter, Span, Web, as_text
from config.settings.holders import Here, Holders
from config.settings.hours import Hours
from config.settings.kiosks import Kiosks
from config.settings.packages import Package
from config.settings.plans import Lend, Plan
from config.settings.rosters import Rosters
from config.settings.rules import Appointments, Choosing, Green, HallClass, Returns, Rights, RuleRow
from config.settings.skills import Skills
from config.settings.slips import SLIP_WORDS as SLIP_WORDS
from config.settings.slips import HallSlip, SlipLanguage, SlipWords
from config.settings.small import (
    Alerting,
    Calls,
    EvaluationRules,
    Goals,
    Look,
    Neighbour,
    Privacy,
    PrivacyNotice,
    Reserved,
    Series,
    Slots,
    Voice,
    Weights,
)
from config.settings.texts import Each, Text, Texted, short
from config.settings.zones import HallType, HallZone

from . import age, words
from .words import LANGUAGES

# ---------------------------------------------------------------- small words

DEVICE_SCHEMES = ("tcp", "serial", "usb", "file", "input", "audio", "virtual")


def _device(url: str) -> str:
    scheme, sep, rest = url.partition("://")
    if not sep or scheme not in DEVICE_SCHEMES:
        raise ValueError(f"a device address begins with one of {', '.join(s + '://' for s in DEVICE_SCHEMES)}")
    if scheme == "tcp" and not re.fullmatch(r"(\[[0-9A-Fa-f:]+\]|[^:/\s]+):\d{1,5}/?(\?.*)?", rest):
        raise ValueError("a network device is written tcp://host:port, such as tcp://192.168.1.50:9100")
    if scheme == "serial" and not rest.split("?")[0].strip("/") and not re.search(r"[?&]usb=[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(&|$)", rest):
        raise ValueError(
            "a serial device is written serial:///dev/ttyUSB0?baud=115200, serial://COM3?baud=115200 or serial://?usb=1a86:7523"
        )
    if scheme == "usb" and not re.fullmatch(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}/?(\?.*)?", rest):
        raise ValueError("a USB device is written usb://vendor:product in hexadecimal, such as usb://0416:5011")
    if scheme == "file" and not rest:
        raise ValueError("a file is written file:///path")
    return url


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone; write it as in Asia/Shanghai") from None
    return name


def _at_the_root(url: str) -> str:
    """Pages and links are at the root of their address; a path before them would lead every code on a slip astray."""
    if urlsplit(url).path.strip("/"):
        raise ValueError("the address may have no path; give the hall a name or a port of its own")
    return url


def _form(text: str) -> str:
    try:
        groups = re.compile(text).groupindex
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from None
    if "value" not in groups:
        raise ValueError("the form needs a group (?P<value>…)")
    return text


def _public_key(text: str) -> str:
    try:
        return age.public_key(text)
    except age.NoKey:
        raise ValueError("a public key for backups is written age1…, as hall backup-key says it") from None


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise ValueError("a network is written 10.1.2.0/24, one address 10.1.2.3") from None


def _place(text: str) -> str:
    if text.startswith("sftp:"):
        if not re.fullmatch(r"sftp://[^/@:\s]+@(\[[0-9A-Fa-f:]+\]|[^/@:\s]+)(:\d{1,5})?/\S*", text):
            raise ValueError("a server is written sftp://user@host:port/folder; it is signed in to with a key, never a password")
    elif "://" in text:
        raise ValueError("copies go to a folder of a mounted share, or to sftp://user@host:port/folder")
    return text


Device = Annotated[str, AfterValidator(_device)]
Network = Annotated[str, AfterValidator(_network)]
PublicKey = Annotated[str, AfterValidator(_public_key)]
Zone = Annotated[str, AfterValidator(_zone)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Needed = Each(Name, needed=True)
Code = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
WindowNo = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[A-Za-z0-9]{1,8}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
if TYPE_CHECKING:
    Language = str
else:
    Language = Literal[LANGUAGES]  # those whose words are in config/words


class Table(BaseModel):
    """Frozen, and an unknown key is a mistake. `class` in a file is `class_` in Python."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, strict=False)


# ---------------------------------------------------------------- a hall file (interface.md, "A hall file")


class HallTable(Look):
    """[hall]: what it is called, how it is reached, and what it looks like."""

    code: HallCode
    name: Annotated[Text, Needed]
    timezone: Zone = "Asia/Shanghai"


class ServiceTable(Texted, Table):
    code: Code
    name: Annotated[Text, Needed]
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")]  # services with one prefix share one series of numbers
    kind: ServiceKind = ServiceKind.ORDINARY
    theme: Annotated[Text, Each(str)] = {}  # 社保, 税务, …: the group on the kiosk's first page
    matters: list[Matter] = []  # official matter codes (事项编码)
    materials: Annotated[dict[str, list[str]], Each(list[Name])] = {}
    aliases: Annotated[list[Name], Field(max_length=30)] = []  # what people call it: 社保卡, 过户
    spoken: Annotated[Text, Each(str)] = {}  # how a voice says the name, where the name itself is read wrongly
    online: Web = ""  # where it can be done without coming
    minutes: Annotated[float, Field(gt=0, le=480)] = 10  # usual handling time
    open: bool = True


class WindowTable(Texted, Table):
    no: WindowNo
    name: Annotated[Text, Each(str)] = {}
    type: Annotated[Text, short(60)] = {}  # code or name of what it is for: windows of one type are counted together
    services: list[Code] = []  # in the order of the window's own preference
    zone: Annotated[Text, short(60)] = {}  # code or name of the part of the hall where it stands; boards and loudspeakers go by it


class CallingTable(Choosing, Calls, Returns):
    """[calling]: how the next one is chosen, what becomes of those who do not come, and how they come back."""


class AppointmentsTable(Appointments, Slots):
    """[appointments]: when the booked may come, and the slots they book."""


class BoardNotice(Texted, Table):
    """[[notices]]: what stands on the boards, from and until when; otherwise from the first start on until somebody takes it down."""

    text: Annotated[Text, Needed]
    from_: Annotated[datetime | None, Field(alias="from")] = None
    until: datetime | None = None
    media: Annotated[str, StringConstraints(max_length=100)] = ""  # a file in the folder `media` beside the database, shown with it


class HallFile(Table):
    """What a hall is at its first start. Afterwards the database has the word; an export has this same form.
    Without [hours] a hall is open at all times."""

    hall: HallTable
    services: Annotated[list[ServiceTable], Field(min_length=1)]
    windows: Annotated[list[WindowTable], Field(min_length=1)]
    types: Annotated[list[HallType], Field(max_length=100)] = []
    zones: Annotated[list[HallZone], Field(max_length=300)] = []
    rules: list[RuleRow] = []
    classes: Annotated[list[HallClass], Field(max_length=12)] = []
    hours: Hours | None = None
    calling: CallingTable = CallingTable()
    green: Green = Green()
    rights: Rights = Rights()
    appointments: AppointmentsTable = AppointmentsTable()
    evaluation: EvaluationRules = EvaluationRules()
    alerting: Alerting = Alerting()
    goals: Goals = Goals()
    series: Series = Series()
    reserved: Reserved = Reserved()
    rosters: Rosters = Rosters()
    skills: Skills = Skills()
    weights: Weights = Weights()
    kiosks: Kiosks = Kiosks()
    holders: Holders = Holders()
    here: Here = Here()
    slip: HallSlip = HallSlip()
    neighbours: Annotated[list[Neighbour], Field(max_length=20)] = []
    lends: list[Lend] = []
    plans: list[Plan] = []
    packages: Annotated[list[Package], Field(max_length=200)] = []
    notices: list[BoardNotice] = []
    # what a manager sets over what the installer's server.toml says
    privacy: Privacy | None = None
    voice: Voice | None = None
    notice: PrivacyNotice | None = None


# ---------------------------------------------------------------- server.toml


ADMINISTRATORS = (StaffRole.ADMIN, StaffRole.SECURITY, StaffRole.AUDITOR)  # 系统管理员, 安全管理员, 审计员: 等保 asks two factors of them


def is_here(host: str) -> bool:
    """Whether a name or address is this machine's own and no other's: loopback."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class ServerTable(Table):
    host: str = "127.0.0.1"
    port: Port = 8700
    public_url: Annotated[Web, AfterValidator(_at_the_root)] = ""  # what stands in QR codes; empty: http://<host>:<port>
    threads: Annotated[int, Field(ge=8, le=2000)] = 64  # requests that are answered at once; an open page holds none
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = 0  # reverse proxies in front whose X-Forwarded-* is believed
    allowed_origins: list[Web] = []  # other addresses pages may be opened under

    @property
    def reached(self) -> bool:
        """Whether other machines reach this server: it listens to them, or says that something in front of it does."""
        return bool(self.trusted_proxies) or not is_here(self.host) or not is_here(urlsplit(self.public_url).hostname or "localhost")


class ServerHall(Texted, Table):
    """[hall] of server.toml: either `file`, or code, name, … with [[services]] and [[windows]] beside it."""

    file: str = ""
    divisions: str = ""  # a list of division codes and names, one a line, that codes of halls are checked by
    timezone: Zone | None = None
    code: str | None = None
    name: Annotated[Text, Each(str)] = {}
    address: Annotated[Text, Each(str)] = {}
    phone: str | None = None
    complaints: str | None = None
    kind: SiteKind | None = None


class VoiceTable(Voice):
    """`engine`: "auto" takes clips where the folder is complete, else espeak-ng where it is installed, else none."""

    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = Voice.model_fields["languages"].default
    engine: Literal["auto", "clips", "espeak", "none"] = "auto"
    clips: str = ""  # folder of recorded clips
    one: Literal["yi", "yao"] = "yao"  # how the digit 1 is spoken
    rate: Annotated[int, Field(ge=80, le=320)] = 160  # words a minute


class NotifyTable(Table):
    """Messages to holders who gave a phone or asked on their track page. Without `url` and `push` nothing is sent and no phone is kept."""

    url: Web = ""  # the hall's own gateway for 短信 and 公众号: gets one JSON POST a message
    secret: str = ""  # signs each POST: X-Hall-Signature: sha256=<hmac>
    channels: list[Literal["sms", "wechat", "app"]] = ["sms"]  # told to the gateway, which knows what to do with them
    ahead: Annotated[int, Field(ge=1, le=20)] = 3  # told once when so many are before the holder
    reminder: Annotated[int, Field(ge=300, le=86400)] = 3600  # before a booked slot, s
    per_ticket: Annotated[int, Field(ge=1, le=30)] = 8  # messages at most for one number
    timeout: Annotated[float, Field(ge=0.5, le=30)] = 5  # s
    push: bool = False  # web push to phones; the server must reach the push services below
    push_contact: str = "mailto:hall@example.gov.cn"  # whom a push service may write to
    push_hosts: list[str] = ["fcm.googleapis.com", "updates.push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"]


class ReferralsTable(Table):
    """Halls that this one refers people to. Each has made a token of the role `hall` for this one; without one it is not asked."""

    tokens: dict[HallCode, Annotated[str, Field(min_length=20, max_length=200)]] = {}  # code of the hall -> the token that it has made
    timeout: Annotated[float, Field(ge=0.5, le=30)] = 5  # s for an answer


class PrivacyTable(Table):
    holder_days: Annotated[int, Field(ge=0, le=3650)] = 1  # names and phones of holders, days after the visit
    comment_days: Annotated[int, Field(ge=1, le=3650)] = 1095  # words and contacts given with an evaluation; the grade stays


class SecurityTable(Table):
    failures: Annotated[int, Field(ge=3, le=20)] = 5  # wrong passwords before a lock-out
    lockout: Annotated[int, Field(ge=60, le=86400)] = 900  # s
    idle: Annotated[int, Field(ge=300, le=86400)] = 28800  # a clerk's session ends after so long without a press, s
    idle_admin: Annotated[int, Field(ge=300, le=86400)] = 1800  # of those who manage or audit
    password_length: Annotated[int, Field(ge=8, le=64)] = 10
    reasons_asked: bool = False  # whoever changes settings, services, windows or staff has to say why
    confirm: bool = False  # acts whose harm cannot be undone are done by two: one asks, another with the same right confirms
    confirm_acts: list[HeldAct] = [HeldAct.PERSONS, HeldAct.TOKENS, HeldAct.MACHINES, HeldAct.ACCOUNTS]
    confirm_minutes: Annotated[int, Field(ge=1, le=1440)] = 60  # so long an act waits for the second person
    password_history: Annotated[int, Field(ge=0, le=10)] = 4  # so many earlier passwords are not taken again
    password_days: Annotated[int, Field(ge=0, le=730)] = 0  # older than that, it must be changed at the next sign-in; 0: never
    secure_cookies: bool = False  # true where https ends before a proxy that does not say so
    # roles that sign in with a code of an app, too; anybody else may. None: ServerSettings.two_factors
    two_factors: list[StaffRole] | None = None
    management: list[Network] = []  # where staff may come from who may more than clerks and guides; empty: from anywhere


class LimitsTable(Table):
    body: Annotated[int, Field(ge=1024, le=1048576)] = 65536  # bytes in one request
    idempotency_hours: Annotated[int, Field(ge=24, le=720)] = 48
    sockets: Annotated[int, Field(ge=1, le=5000)] = 1500  # open pages at most, three quarters of them without a token
    strangers: Annotated[int, Field(ge=1, le=5000)] | None = None  # of these from one address; default: half


class BackupTable(Table):
    folder: str = ""  # empty: none by itself
    hours: Annotated[int, Field(ge=1, le=168)] = 24
    keep: Annotated[int, Field(ge=1, le=365)] = 14
    public_keys: list[PublicKey] = []  # whoever holds the private half of one can open a backup; none: backups are not encrypted
    # the other machine to which each is taken: a folder of a share that is mounted here, or sftp://user@host:port/folder; empty: none
    copy_to: Annotated[str, AfterValidator(_place)] = ""
    copy_keep: Annotated[int, Field(ge=0, le=3650)] = 0  # how many stay there; 0: all, nothing is deleted there
    ssh_key: str = ""  # file of the private key with which the server is signed in to
    host_key: str = ""  # its own public key, "ssh-ed25519 AAAA…": no other server is told anything

    @model_validator(mode="after")
    def _whole(self) -> BackupTable:
        if self.copy_to and not (self.folder and self.public_keys):
            raise ValueError("copy_to needs folder and public_keys: what leaves this machine is encrypted")
        if self.copy_to.startswith("sftp://") and not (self.ssh_key and self.host_key):
            raise ValueError("sftp:// needs ssh_key and host_key")
        return self


class CheckpointsTable(Table):
    folder: str = ""  # where signed checkpoints go: another machine's; empty: the data folder's own
    url: Web = ""  # each is sent there, too: one JSON POST
    secret: str = ""  # signs each POST: X-Hall-Signature: sha256=<hmac of the body>

    @model_validator(mode="after")
    def _signed(self) -> CheckpointsTable:
        if self.url and len(self.secret) < 16:
            raise ValueError("url needs a secret of at least 16 characters")
        return self


class LogTable(Table):
    level: Literal["debug", "info", "warning", "error"] = "info"
    form: Literal["text", "json"] = "text"


class ServerSettings(Table):
    server: ServerTable = ServerTable()
    hall: HallFile | None = None  # what an empty data folder is started with
    timezone: Zone = "Asia/Shanghai"
    voice: VoiceTable = VoiceTable()
    notify: NotifyTable = NotifyTable()
    referrals: ReferralsTable = ReferralsTable()
    privacy: PrivacyTable = PrivacyTable()
    security: SecurityTable = SecurityTable()
    limits: LimitsTable = LimitsTable()
    backup: BackupTable = BackupTable()
    checkpoints: CheckpointsTable = CheckpointsTable()
    log: LogTable = LogTable()

    @property
    def public_url(self) -> str:
        """The address that stands in QR codes, without a slash at its end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}.get(self.server.host, self.server.host)
        return (self.server.public_url or f"http://{host}:{self.server.port}").rstrip("/")

    @property
    def two_factors(self) -> frozenset[StaffRole]:
        """Roles that must have a second factor. Unless it is said: the three administrators of a hall that other machines reach."""
        named = self.security.two_factors
        return frozenset((ADMINISTRATORS if self.server.reached else ()) if named is None else named)


class ServerFile(Table):
    """server.toml as written: [hall] may name a file, or the hall's tables stand in it."""

    server: ServerTable = ServerTable()
    hall: ServerHall = ServerHall()
    voice: VoiceTable = VoiceTable()
    notify: NotifyTable = NotifyTable()
    referrals: ReferralsTable = ReferralsTable()
    privacy: PrivacyTable = PrivacyTable()
    security: SecurityTable = SecurityTable()
    limits: LimitsTable = LimitsTable()
    backup: BackupTable = BackupTable()
    checkpoints: CheckpointsTable = CheckpointsTable()
    log: LogTable = LogTable()
    # a hall written inline; read as a HallFile
    services: Any = None
    windows: Any = None
    types: Any = None
    zones: Any = None
    rules: Any = None
    classes: Any = None
    hours: Any = None
    calling: Any = None
    green: Any = None
    rights: Any = None
    appointments: Any = None
    evaluation: Any = None
    alerting: Any = None
    goals: Any = None
    series: Any = None
    reserved: Any = None
    skills: Any = None
    weights: Any = None
    holders: Any = None
    here: Any = None
    neighbours: Any = None
    lends: Any = None
    plans: Any = None
    notices: Any = None
    kiosks: Any = None


# ---------------------------------------------------------------- kiosk.toml


class LinkTable(Table):
    """The way to the hall server. Without a token the device shows an enrolment code on its screen."""

    url: Annotated[Web, StringConstraints(min_length=1)] = "http://127.0.0.1:8700"
    token: str = ""
    token_file: str = ""  # a file that holds the token, so that this file can be read by anybody
    ca: str = ""  # the one authority that is believed where url is https; empty: those that the machine knows
    timeout: Annotated[float, Field(gt=0, le=60)] = 3.0  # one request, s


class KioskTable(Table):
    name: Code = "kiosk-1"
    title: str = ""  # "一楼大厅东侧": what managers read
    host: str = "127.0.0.1"
    port: Port = 8710
    spool: str = "spool"  # folder, beside the config unless absolute
    layout: Literal["auto", "portrait", "landscape", "wheelchair"] = "auto"
    language: Language = "zh"
    idle: Annotated[int, Field(ge=10, le=600)] = 60  # s without a touch until it asks who is there; 20 s on it forgets
    # on the first page; `id` stands behind the card where it is not named, and only where the hall has it so
    ways: list[Literal["card", "id", "phone", "none", "appointment", "book"]] = ["card", "appointment", "phone", "none"]
    screen_inches: Annotated[float, Field(ge=7, le=100)] | None = None  # the screen's diagonal; letters are then as tall on every panel
    green: list[Reason] | None = None  # of the hall's reasons for the green channel only these are offered here; default: all of them
    elder_age: Annotated[int, Field(ge=50, le=100)] | None = None  # a greater age for "elderly" than the hall's, at this machine
    elder_first: list[Code] = []  # services that older people come for most, first in 长辈版
    loan: Annotated[int, Field(ge=10, le=500)] = 100  # numbers of each series kept ready for when the server is away


class SlipTable(Table):
    template: str = ""  # your copy of config/slips/standard.toml, beside this file unless absolute; empty: the shipped one


class NoticeVersion(Table):
    version: Annotated[str, StringConstraints(min_length=1, max_length=40)] = "2"


# What is read from a card and why, shown before it is read. A changed text needs a new version: it is kept with each ticket.
_PRIVACY: Any = {lang: (str, words.load().text("privacy", "notice", lang)) for lang in LANGUAGES}


class NoticeOfPrivacy(create_model("NoticeInLanguages", __base__=NoticeVersion, **_PRIVACY)):
    pass


class ReaderTable(Table):
    url: Device
    kind: Literal["sam"] = "sam"
    poll: Annotated[int, Field(ge=100, le=2000)] = 300  # ms between two looks for a card


class PrinterTable(Table):
    url: Device
    width: Annotated[int, Field(ge=192, le=1280, multiple_of=8)] = 576  # dots: 384 for 58 mm paper, 576 for 80 mm
    mode: Literal["auto", "image", "text"] = "auto"  # auto: image, but text on a slow serial line
    cut: Literal["full", "partial", "none"] = "partial"
    feed: Annotated[int, Field(ge=0, le=400)] = 40  # blank dots before the cut
    band: Annotated[int, Field(ge=24, le=255)] = 128  # rows of a picture sent at a time: fewer where a printer garbles long slips
    qr: Literal["image", "native"] = "image"
    presenter: Annotated[str, StringConstraints(pattern=r"^([0-9A-Fa-f]{2}\s*)*$")] = ""  # hex bytes after the cut, e.g. "1D 65 05"
    second_font: str = ""  # a font file for characters beyond Noto Sans SC, e.g. HanaMinB
    timeout: Annotated[float, Field(gt=0, le=60)] = 5.0  # s


class PatternTable(Table):
    """A code of another system by its form: a regular expression with a group `value`, and `at` where the code carries its time."""

    kind: Name
    form: Annotated[str, AfterValidator(_form)]
    seconds: Annotated[int, Field(ge=0, le=86400)] = 0  # older is expired; 0: it never is


class ScannerTable(Table):
    url: Device
    kind: Literal["line"] = "line"
    bases: list[str] = []  # host names in links that are ours, e.g. ["hall.example.gov.cn"]; none: any host
    patterns: list[PatternTable] = []  # codes of other systems: 省一码, health codes


class KioskVoiceTable(Table):
    enabled: bool = True
    volume: Annotated[int, Field(ge=0, le=100)] = 80
    clips: str = ""  # folder of the hall's own recordings; empty: the installed voice, or none


class KioskSettings(Table):
    kiosk: KioskTable = KioskTable()
    server: LinkTable = LinkTable()
    reader: ReaderTable | None = None
    printer: PrinterTable | None = None
    scanner: ScannerTable | None = None
    slip: SlipTable = SlipTable()
    notice: NoticeOfPrivacy = NoticeOfPrivacy()
    voice: KioskVoiceTable = KioskVoiceTable()
    log: LogTable = LogTable()


# ---------------------------------------------------------------- a slip's template


class SlipLook(Table):
    language: SlipLanguage = "visitor"
    logo: str = ""

    def words(self, language: str) -> SlipWords:
        return getattr(self, language)


# A copy of config/slips/standard.toml, changed by a hall: a table of words for each language that config/words has.
_SLIPS: Any = {language: (SlipWords, SlipWords()) for language in LANGUAGES}
SlipFile = create_model("SlipFile", __base__=SlipLook, **_SLIPS)


# ---------------------------------------------------------------- display.toml


class DisplayTable(Table):
    name: Code = "display-1"
    title: str = ""


class LoudnessTable(Table):
    hours: Span
    volume: Annotated[int, Field(ge=0, le=100)]


class SpeakerTable(Table):
    """What is left out is as the hall sets it for all its voices."""

    url: Device
    zone: str = ""  # speaks only for windows of this zone; empty: all
    times: Annotated[int, Field(ge=1, le=3)] | None = None  # how often one call is said
    languages: Annotated[list[Language], Field(min_length=1)] | None = None
    volume: Annotated[int, Field(ge=0, le=100)] | None = None
    loudness: list[LoudnessTable] | None = None  # another volume at some hours
    quiet: list[Span] | None = None  # shown, not spoken
    ready: bool = False  # also says who should get ready, when no call waits


class BarTable(Table):
    """[bars]: what the bars show. {number}, {window} and {reason} are put in. What is left out stands in config/words, section [bars]."""

    language: Language = "zh"  # of what is left out
    called: str | None = None
    serving: str | None = None
    idle: str | None = None
    paused: str | None = None
    closed: str | None = None
    away: str | None = None  # the server has been away for ten seconds


class SignTable(Table):
    window: WindowNo
    url: Device
    profile: Literal["zhongyi", "zhongyi-board", "yongtai", "template"] = "zhongyi"  # the bar's protocol; see docs/devices.md
    address: Annotated[int, Field(ge=0, le=255)] = 1
    frame: str = ""  # of profile "template": hex bytes and placeholders
    before: str = ""  # a frame sent before each text
    encoding: str = "gbk"
    columns: Annotated[int, Field(ge=0, le=240)] = 0  # bytes of text at most; 0: what fits
    repeat: Annotated[int, Field(ge=1, le=3)] = 1


class KeypadTable(Table):
    window: WindowNo
    url: Device
    profile: Literal["usb", "bus"] = "usb"
    address: Annotated[int, Field(ge=0, le=255)] = 1
    token: str = ""  # a token of role keypad, bound to this window; empty: the one of [server]
    token_file: str = ""
    serve: bool | None = None  # the number in hand counts as served when the next is called; default: on a pad without a key for it
    transfer: str = ""  # the service that the transfer key sends to, where no window's number is typed before it
    grades: Annotated[list[Annotated[int, Field(ge=1, le=5)]], Field(min_length=1, max_length=5)] = [5, 4, 3, 1]  # of the evaluator's keys


class DisplaySettings(Table):
    display: DisplayTable = DisplayTable()
    server: LinkTable = LinkTable()
    speaker: SpeakerTable | None = None
    speakers: list[SpeakerTable] = []  # one for each zone, where there are several
    bars: BarTable = BarTable()
    signs: list[SignTable] = []
    keypads: list[KeypadTable] = []
    log: LogTable = LogTable()
