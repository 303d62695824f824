"""From a TOML file to settings, or to all of its mistakes at once. It reads files and changes nothing.

The fields are checked by the models of schema.py; what one model alone cannot see (a window that names a service that is
not there, two windows with one number) is checked here, on the text as written, so that both kinds are told together.
"""

from __future__ import annotations

import ssl
import tomllib
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from string import ascii_uppercase
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from config import divisions, mistakes, paths, schema, shapes, words
from config.codes import Rank
from config.mistakes import ConfigError, Mistake, did_you_mean, nearest, show
from config.settings import kiosks, packages
from config.settings import zones as zone_types
from config.settings.base import named_in
from config.settings.rules import PROMISES, Rules, clashes
from config.settings.sites import with_defaults
from config.settings.texts import FIRST, pick

M = TypeVar("M", bound=BaseModel)
ALIKE = 1.5  # times: services whose handling differs by no more may well share a prefix
CONFUSED = "IOX"  # with 1, 0 and what the first kiosk gives out when it is alone
# what server.toml says of itself under the same name is not the hall's there
INLINE = tuple(name for name in schema.HallFile.model_fields if name not in ("hall", "voice", "privacy", "notice"))


def server(path: str | Path | None) -> schema.ServerSettings:
    path = Path(path) if path else paths.config_dir() / "server.toml"
    data, found = _read(path)
    problems: list[Mistake] = []
    file = _check(schema.ServerFile, data, path, found, problems)

    hall = None
    own = _table(data.get("hall"))
    inline = [key for key in INLINE if key in data]
    named = file_ if isinstance(file_ := own.get("file"), str) else ""
    if named and inline:
        where = mistakes.line_of((inline[0],), found)
        text = f"the hall is already named by [hall] file = '{named}'; keep one of the two"
        problems.append(Mistake(file=str(path), key=inline[0], problem=text, line=where))
    elif named:
        other = paths.find(named, path.parent)
        if other.is_file():
            try:
                hall = hall_file(other)
            except ConfigError as error:
                problems += error.mistakes
        else:
            shipped = f"halls/{Path(named).name}"
            there = paths.find(shipped, path.parent).is_file() and shipped != named
            near = f"; did you mean '{shipped}'?" if there else did_you_mean(Path(named).name, [p.name for p in _halls(path.parent)])
            where = mistakes.line_of(("hall", "file"), found)
            text = f"there is no file {show(named)}{near or ', neither beside this file nor among the shipped halls'}"
            problems.append(Mistake(file=str(path), key="hall.file", problem=text, line=where))
    elif inline or own.keys() - {"file", "timezone", "divisions"}:
        written = {"hall": {k: v for k, v in own.items() if k not in ("file", "divisions")}} | {k: data[k] for k in inline}
        before = {(m.key, m.line) for m in problems}
        more: list[Mistake] = []
        hall = _hall(written, path, found, more)
        problems += [m for m in more if (m.key, m.line) not in before]
    if hall and file and file.hall.divisions and not problems:
        list_of = paths.find(file.hall.divisions, path.parent)
        try:
            problems += strangers(hall, path, divisions.read(list_of), list_of.name)
        except (OSError, ValueError) as error:
            where = mistakes.line_of(("hall", "divisions"), found)
            text = f"the list of divisions {show(file.hall.divisions)} cannot be read ({error})"
            problems.append(Mistake(file=str(path), key="hall.divisions", problem=text, line=where))
    if hall and file and hall.holders.verified and not file.notify.url:
        text = "phones are to be proved by a code ([holders] verified), and without a gateway ([notify] url) none can be sent"
        problems.append(Mistake(file=str(path), key="notify.url", problem=text, line=mistakes.line_of(("notify",), found)))
    if problems or file is None:
        raise ConfigError(problems)

    zone = file.hall.timezone or (hall.hall.timezone if hall else "Asia/Shanghai")
    if hall and file.hall.timezone:
        hall = hall.model_copy(update={"hall": hall.hall.model_copy(update={"timezone": zone})})
    own_tables = {
        k: getattr(file, k)
        for k in ("server", "voice", "notify", "referrals", "privacy", "security", "limits", "backup", "checkpoints", "log")
    }
    if file.voice.clips:
        own_tables["voice"] = file.voice.model_copy(update={"clips": str(paths.find(file.voice.clips, path.parent))})
    return schema.ServerSettings(hall=hall, timezone=zone, **own_tables)


def kiosk(path: str | Path | None) -> schema.KioskSettings:
    path = Path(path) if path else paths.config_dir() / "kiosk.toml"
    return _with_token(_one(schema.KioskSettings, path), path)


def display(path: str | Path | None) -> schema.DisplaySettings:
    path = Path(path) if path else paths.config_dir() / "display.toml"
    settings = _with_token(_one(schema.DisplaySettings, path), path)
    keypads = [_own_token(k, path, mistakes.name_of(("keypads", place))) for place, k in enumerate(settings.keypads)]
    return settings.model_copy(update={"keypads": keypads})


def hall_file(path: str | Path) -> schema.HallFile:
    path = Path(path)
    data, found = _read(path)
    problems: list[Mistake] = []
    hall = _hall(data, path, found, problems)
    if problems or hall is None:
        raise ConfigError(problems)
    return hall


def hall_text(text: str, name: str = "hall.toml") -> schema.HallFile:
    """A hall file that is no file here: `name` is what its mistakes call it."""
    path, problems = Path(name), list[Mistake]()
    data, found = _parsed(text, path)
    hall = _hall(data, path, found, problems)
    if problems or hall is None:
        raise ConfigError(problems)
    return hall


def _hall(data: dict[str, Any], path: Path, found: mistakes.Lines, problems: list[Mistake]) -> schema.HallFile | None:
    """The hall of a file, whose windows name types and zones by code."""
    data = with_defaults(data)
    hall = _check(schema.HallFile, data, path, found, problems)
    problems += _hall_problems(data, path, found)
    if hall is None or problems:
        return hall
    hall = _settled(hall)
    problems += _misplaced(hall, path, found)
    problems += _classes(hall, path, found)
    return hall


def _misplaced(hall: schema.HallFile, path: Path, found: mistakes.Lines) -> Iterator[Mistake]:
    """Services at windows to which they may not go, in the hall's language, as the server refuses them."""
    types, zones = zone_types.Types(items=tuple(hall.types)), zone_types.Zones(items=tuple(hall.zones))
    said, lang = words.load(), language_of(hall)
    at = {w.no: (pick(w.type), pick(w.zone)) for w in hall.windows}
    served: list[tuple[mistakes.Path, str, Iterable[str]]] = [(("windows", n), w.no, w.services) for n, w in enumerate(hall.windows)]
    served += [(("lends", n), lend.window, lend.services) for n, lend in enumerate(hall.lends)]
    served += [(("plans", n, "lends"), lend.window, lend.services) for n, plan in enumerate(hall.plans) for lend in plan.lends]
    for place, no, services in served:
        for one in zone_types.misplaced(types, zones, [(no, *at[no], services)]):
            facts: dict[str, Any] = {"window": no, "service": one.service, "type": types.names(one.type)}
            facts |= {"zone": zones.names(one.zone)} if one.zone else {"only": [types.names(code) for code in one.only]}
            text = said.text("problems", "nobody_called" if one.zone else "goes_only_to", lang, **facts)
            yield _mistake((*place, "services"), text, path, found)


def _classes(hall: schema.HallFile, path: Path, found: mistakes.Lines) -> Iterator[Mistake]:
    """Classes that would go before others without a law, or whose numbers would be another's, in the words of the server."""
    said, lang = words.load(), language_of(hall)
    try:
        promises = tuple(promise for row in hall.rules for promise in row.promises())
        rules = Rules(classes=tuple(hall.classes), promises=promises or PROMISES)
    except ValidationError as error:
        for e in error.errors(include_url=False):
            yield _mistake(("classes",), e["msg"], path, found)
        return
    for code, row in clashes(rules, hall.series, [s.prefix for s in hall.services]):
        place = next(n for n, own in enumerate(hall.classes) if own.code == code)
        text = said.text("problems", "class_letters", lang, name=hall.classes[place].name, series=row)
        yield _mistake(("classes", place, "mark"), text, path, found)


def _settled(hall: schema.HallFile) -> schema.HallFile:
    """The hall with types and zones named by code. A window's text that is none becomes one of the hall's own."""
    types = zone_types.Types(items=tuple(hall.types))
    zones = [one.model_copy(update={"type": types.code_of(one.type)}) if one.type else one for one in hall.zones]
    kinds: dict[str, Any] = {"type": types, "zone": zone_types.Zones(items=tuple(zones))}
    windows = list(hall.windows)
    for column in kinds:
        for place, window in enumerate(windows):
            code, kinds[column] = zone_types.coded(kinds[column], getattr(window, column))
            if code:
                windows[place] = window.model_copy(update={column: {FIRST: code}})
    own = {f"{column}s": list(kind.items) for column, kind in kinds.items()}
    return hall.model_copy(update={"windows": windows} | {table: items for table, items in own.items() if items})


def strangers(checked: BaseModel, path: str | Path, known: divisions.Divisions, source: str) -> list[Mistake]:
    """The codes of halls in a checked file whose division a list does not have."""
    hall = checked.hall if isinstance(checked, schema.ServerSettings) else checked
    if not isinstance(hall, schema.HallFile):
        return []
    said, lang = words.load(), language_of(checked)
    codes: list[tuple[mistakes.Path, str]] = [(("hall", "code"), hall.hall.code)]
    codes += [(("neighbours", place, "code"), one.code) for place, one in enumerate(hall.neighbours)]
    found: list[Mistake] = []
    for place, code in codes:
        if part := known.unknown(code):
            near = nearest(part, {name[: len(part)] for name in known.names if name.startswith(part[:2])}) or None
            text = said.text("doubts", "no_division", lang, code=code, part=part, list=source, near=near)
            found.append(Mistake(file=str(path), key=mistakes.name_of(place), problem=text, code="no_division"))
    return found


def slip(path: str | Path | None = None) -> schema.SlipLook:
    return _one(schema.SlipFile, Path(path) if path else paths.config_dir() / "slips" / "standard.toml")


def kind_of(path: str | Path) -> str:
    """Which of the five files this is, by its tables: "hall", "kiosk", "display", "server" or "slip"."""
    data, _ = _read(Path(path))
    if data and not data.keys() - {"language", "logo", *words.LANGUAGES}:
        return "slip"
    if "kiosk" in data or "printer" in data or "reader" in data:
        return "kiosk"
    if "display" in data or "signs" in data or "keypads" in data:
        return "display"
    if "server" in data or (isinstance(data.get("hall"), dict) and "file" in data["hall"]):
        return "server"
    return "hall" if "services" in data or "windows" in data or "hall" in data else "server"


def any_file(path: str | Path) -> BaseModel:
    """A file of whichever kind, checked: `hall check`."""
    return {"hall": hall_file, "kiosk": kiosk, "display": display, "server": server, "slip": slip}[kind_of(path)](path)


def language_of(checked: BaseModel) -> str:
    """The language in which a hall is spoken to: that of its announcements; of any other file the first there is."""
    voice = checked.voice if isinstance(checked, schema.ServerSettings | schema.HallFile) else None
    return voice.languages[0] if voice else words.LANGUAGES[0]


def doubts(checked: BaseModel) -> list[str]:
    """What may be meant so, but is worth a look, in the hall's language: `hall check` says it, and it stops nothing."""
    hall = checked.hall if isinstance(checked, schema.ServerSettings) else checked
    if not isinstance(hall, schema.HallFile):
        return []
    said, lang = words.load(), language_of(checked)
    served = {code for window in hall.windows for code in window.services}
    if hall.skills.any_business:
        served |= {s.code for s in hall.services}
    unserved = [
        f"services[{place}]: {said.text('doubts', 'unserved', lang, code=s.code)}"
        for place, s in enumerate(hall.services, 1)
        if s.open and s.code not in served
    ]
    codes = [("hall.code", hall.hall.code)] + [(f"neighbours[{n}].code", one.code) for n, one in enumerate(hall.neighbours, 1)]
    odd = [
        f"{key}: {said.text('doubts', 'impossible_division', lang, code=code, part=part)}"
        for key, code in codes
        if (part := divisions.impossible(code))
    ]
    return [
        *odd,
        *unserved,
        *_at_no_kiosk(hall, said, lang),
        *_served_by_nobody(hall, served, said, lang),
        *_in_packages(hall, served, said, lang),
        *_own_by_mistake(hall, said, lang),
        *_unlike(hall, said, lang),
    ]


def _at_no_kiosk(hall: schema.HallFile, said: words.Words, lang: str) -> Iterator[str]:
    """Services that none of the kiosks offers, and kiosks that offer none."""
    zones = zone_types.Zones(items=tuple(hall.zones))
    any_ = hall.skills.any_business
    there = [(pick(w.zone), [s.code for s in hall.services] if w.no in any_ else w.services) for w in hall.windows]
    offered = {name: kiosks.offered(menu, zones, [s.code for s in hall.services], there) for name, menu in hall.kiosks.menus.items()}
    for name, codes in offered.items():
        if not codes:
            yield f"kiosks.menus.{name}: {said.text('doubts', 'offers_nothing', lang)}"
    anywhere = {code for codes in offered.values() for code in codes}
    for place, service in enumerate(hall.services, 1):
        if offered and service.open and service.code not in anywhere:
            yield f"services[{place}]: {said.text('doubts', 'at_no_kiosk', lang, code=service.code)}"


def _served_by_nobody(hall: schema.HallFile, served: set[str], said: words.Words, lang: str) -> Iterator[str]:
    """Services that a window has and nobody may serve alone."""
    skills = hall.skills
    if not skills.told or skills.others == "all":
        return
    for place, s in enumerate(hall.services, 1):
        if s.open and s.code in served and not any(skills.may(name, s.code) for name in skills.people):
            yield f"services[{place}]: {said.text('doubts', 'unskilled', lang, code=s.code)}"


def _in_packages(hall: schema.HallFile, served: set[str], said: words.Words, lang: str) -> Iterator[str]:
    """Legs of packages that nobody serves, and matters that are none of their service."""
    can = {s.code for s in hall.services if s.open} & served
    for place, _, service, code, matter in packages.doubts(hall.packages, can, {s.code: s.matters for s in hall.services}):
        yield f"packages[{place}].legs: {said.text('doubts', code, lang, code=service, matter=matter)}"


def _own_by_mistake(hall: schema.HallFile, said: words.Words, lang: str) -> Iterator[str]:
    """Types and zones of the hall's own that only windows name, and that are nearly called like another."""
    types, zones = {one.code: one for one in hall.types}, {one.code: one for one in hall.zones}
    for column, known in (("type", [*zone_types.known(), *zone_types.Types.known, *types]), ("zone", list(zones))):
        for place, window in enumerate(hall.windows, 1):
            code = pick(getattr(window, column))
            own = (types if column == "type" else zones).get(code)
            near = nearest(code, known) if own and own.model_fields_set == {"code"} else ""
            if near:
                yield f"windows[{place}].{column}: {said.text('doubts', f'own_{column}', lang, code=code, near=near)}"


def _unlike(hall: schema.HallFile, said: words.Words, lang: str) -> Iterator[str]:
    """Prefixes that quick and long services of one window share; of each the two that are most unlike (docs/decisions/0010)."""
    together = {pair for window in hall.windows for pair in combinations(sorted(window.services), 2)}
    found: dict[str, list[tuple[float, int, int]]] = {}
    for (n, a), (m, b) in combinations(enumerate(hall.services), 2):
        mine = a.prefix == b.prefix and a.open and b.open and tuple(sorted((a.code, b.code))) in together
        times = max(a.minutes, b.minutes) / min(a.minutes, b.minutes)
        if mine and (a.kind != b.kind or times > ALIKE):
            found.setdefault(a.prefix, []).append((times, n, m))
    if not found:
        return
    named = [said.text("doubts", "service", lang, code=s.code, kind=str(s.kind), minutes=f"{s.minutes:g}") for s in hall.services]
    most = {prefix: max(pairs) for prefix, pairs in found.items()}
    which = [said.text("doubts", "pair", lang, prefix=prefix, one=named[n], other=named[m]) for prefix, (_, n, m) in most.items()]
    taken = {*CONFUSED, *"".join(hall.series.model_dump().values()), *(s.prefix for s in hall.services)}
    free = [c for c in ascii_uppercase if c not in taken]
    yield "services: " + said.text("doubts", "prefix", lang, which=which, free=free or None)


# ---------------------------------------------------------------- the steps


def _read(path: Path) -> tuple[dict[str, Any], mistakes.Lines]:
    try:
        return _parsed(path.read_bytes().decode("utf-8-sig"), path)
    except FileNotFoundError:
        raise ConfigError([Mistake(file=str(path), key="", problem="there is no such file", code="no_file")]) from None
    except UnicodeDecodeError:
        raise ConfigError([Mistake(file=str(path), key="", problem="is not UTF-8; save it as UTF-8", code="not_utf8")]) from None
    except OSError as error:
        raise ConfigError([Mistake(file=str(path), key="", problem=f"cannot be read ({error.strerror})", code="no_file")]) from None


def _parsed(text: str, path: Path) -> tuple[dict[str, Any], mistakes.Lines]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n")), mistakes.lines(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Mistake(file=str(path), key="", problem=f"is not TOML: {error}", code="not_toml")]) from None


def _one(model: type[M], path: Path) -> M:
    data, found = _read(path)
    problems: list[Mistake] = []
    settings = _check(model, data, path, found, problems)
    problems += _twice(data, "signs", "window", path, found)
    problems += _twice(data, "keypads", "window", path, found)
    if problems or settings is None:
        raise ConfigError(problems)
    return settings


def _with_token(settings: Any, path: Path) -> Any:
    return settings.model_copy(update={"server": _own_authority(_own_token(settings.server, path, "server"), path)})


def _own_authority(table: Any, path: Path) -> Any:
    """A table with `ca`: the file by its whole path."""
    if not table.ca:
        return table
    file = paths.find(table.ca, path.parent)
    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:
        why = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        text = f"the authority's file {show(table.ca)} cannot be read ({why})"
        raise ConfigError([Mistake(file=str(path), key="server.ca", problem=text)]) from None
    return table.model_copy(update={"ca": str(file)})


def _own_token(table: Any, path: Path, name: str) -> Any:
    """A table with `token` and `token_file`: the token out of the file, where there is no other."""
    if not table.token_file or table.token:
        return table
    file = paths.find(table.token_file, path.parent)
    try:
        return table.model_copy(update={"token": file.read_text(encoding="utf-8").strip()})
    except OSError as error:
        text = f"the token file {show(str(file))} cannot be read ({error.strerror})"
        raise ConfigError([Mistake(file=str(path), key=f"{name}.token_file", problem=text)]) from None


def _check(model: type[M], data: dict[str, Any], path: Path, found: mistakes.Lines, problems: list[Mistake]) -> M | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for e in error.errors(include_url=False):
            loc = tuple(p for p in e["loc"] if p != "[key]" and not str(p).startswith("="))
            where = mistakes.line_of(loc, found)
            problems.append(
                Mistake(file=str(path), key=mistakes.name_of(loc), problem=_sentence(model, loc, e), line=where, code=e["type"])
            )
        return None


def _sentence(model: type[BaseModel], loc: tuple[Any, ...], error: Any) -> str:
    value, ctx, kind = error["input"], error.get("ctx", {}), error["type"]
    last = loc[-1] if loc else ""
    if kind == "extra_forbidden":
        known = shapes.keys(model, loc[:-1], in_file=True)
        return f"unknown key '{last}'{did_you_mean(last, known) or _elsewhere(model, last) or f'; known here: {_join(known)}'}"
    if kind == "missing":
        return "is missing and has no default"
    if kind in ("literal_error", "enum"):
        options = [o.strip("' ") for o in str(ctx.get("expected", "")).replace(" or ", ",").split(",")]
        return f"{show(value)} is not one of {_join(options)}{did_you_mean(value, options)}"
    if kind == "value_error":
        return f"{show(value)}: {ctx.get('error')}{_scheme(value)}"
    if kind in RANGE:
        low, high = shapes.bounds(model, loc)
        between = f"between {low} and {high}" if low is not None and high is not None else ""
        return f"{show(value)} is out of range; it must be {between or RANGE[kind].format(**ctx)}"
    if kind == "string_pattern_mismatch":
        return f"{show(value)} is not {PATTERNS.get(ctx.get('pattern'), 'of the form ' + str(ctx.get('pattern')))}"
    if kind in ("string_too_short", "too_short") and not value:
        return "is empty; at least one is needed" if isinstance(value, list) else "is empty"
    if kind == "string_too_long":
        return f"{show(value)} is longer than {ctx.get('max_length')} characters"
    wanted = WANTED.get(kind)
    if wanted:
        return f"{show(value)} is not {wanted}"
    wrong = error["msg"][0].lower() + error["msg"][1:]
    return wrong if isinstance(value, list | dict) else f"{show(value)}: {wrong}"


RANGE = {
    "greater_than_equal": "{ge} or more",
    "greater_than": "more than {gt}",
    "less_than_equal": "{le} or less",
    "less_than": "less than {lt}",
    "multiple_of": "a multiple of {multiple_of}",
}
WANTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list in [ ]",
    "tuple_type": "a list in [ ]",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
PATTERNS = {
    r"^\d{14}$": "14 digits: the 12-digit division code and 2 digits of the hall's own",
    r"^[A-Z]{1,3}$": "one to three capital letters",
    r"^[A-Za-z0-9]{1,8}$": "one to eight letters and digits",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$": "a code of letters, digits, '_', '.' and '-' (40 at most)",
    r"^[A-Za-z0-9_.-]{1,120}$": "a matter code of letters and digits (120 at most)",
}


def _join(words: Iterable[object]) -> str:
    return ", ".join(str(w) for w in words)


def _scheme(value: object) -> str:
    head, sep, _ = str(value).partition(":")
    if not sep or head in (*schema.DEVICE_SCHEMES, "http", "https"):
        return ""
    near = did_you_mean(head, schema.DEVICE_SCHEMES)
    return near.replace("'?", "://'?")


def _elsewhere(model: type[BaseModel], key: str) -> str:
    for name, field in model.model_fields.items():
        table = shapes.bare(field.annotation)
        if shapes.is_model(table) and key in shapes.keys(table, in_file=True):
            return f"; it belongs in [{name}]"
    return ""


def _halls(near: Path) -> list[Path]:
    return [*near.glob("*.toml"), *near.glob("halls/*.toml"), *(paths.config_dir() / "halls").glob("*.toml")]


# ---------------------------------------------------------------- what a hall file's tables say of each other


def _hall_problems(data: dict[str, Any], path: Path, found: mistakes.Lines) -> Iterator[Mistake]:
    services = {str(s.get("code")) for s in _tables(data, "services")}
    yield from _twice(data, "services", "code", path, found)
    yield from _twice(data, "windows", "no", path, found)
    yield from _twice(data, "neighbours", "code", path, found)
    yield from _twice(data, "types", "code", path, found)
    yield from _twice(data, "zones", "code", path, found)
    yield from _twice(data, "classes", "code", path, found)
    yield from _twice(data, "classes", "mark", path, found)
    yield from _twice(data, "packages", "code", path, found)
    own = _table(data.get("hall")).get("code")
    for place, other in enumerate(_tables(data, "neighbours")):
        if own is not None and str(other.get("code")) == str(own):
            yield _mistake(("neighbours", place, "code"), f"{show(own)} is this hall itself; name only others", path, found)
    windows = {str(w.get("no")) for w in _tables(data, "windows")}
    yield from _twice(data, "plans", "id", path, found)
    for place, window in enumerate(_tables(data, "windows")):
        for code in _list(window.get("services")):
            if str(code) not in services:
                yield _unknown(("windows", place, "services"), code, services, path, found)
    types = {str(one.get(key)) for one in _tables(data, "types") for key in one if key == "code" or key.partition("_")[0] == "name"}
    zones = {name for one in _tables(data, "zones") for key in ("code", "name") for name in _called(one, key)}
    zones |= {name for one in _tables(data, "windows") for name in _called(one, "zone")}
    classes = {*Rank, *(str(one.get("code")) for one in _tables(data, "classes"))}
    known = {"service": services, "window": windows, "type": {*zone_types.known(), *types}, "class": classes, "zone": zones}
    for name in ("lends", "plans", "reserved", "skills", "appointments", "types", "zones", "kiosks", "packages"):
        yield from _names(data, name, known, path, found)
    for place, rule in enumerate(_tables(data, "rules")):
        if "service" in rule and str(rule["service"]) not in services:
            yield _unknown(("rules", place, "service"), rule["service"], services, path, found)
        if "quota" in rule and "service" not in rule:
            yield _mistake(("rules", place), "a quota needs the service it is for: service = …", path, found)


def _called(row: dict[str, Any], what: str) -> set[str]:
    """What a row says under a key, in every language."""
    return {str(row[key]) for key in row if key == what or key.startswith(f"{what}_")}


def _names(data: dict[str, Any], table: str, known: dict[str, set[str]], path: Path, found: mistakes.Lines) -> Iterator[Mistake]:
    """Services and windows that are named and not there; what has the wrong form is told elsewhere."""
    kind: Any = schema.HallFile.model_fields[table].annotation
    try:
        value = TypeAdapter(kind).validate_python(data[table]) if table in data else None
    except ValidationError:
        return
    for what, name, loc in named_in(value, kind, (table,)):
        if what in known and name not in known[what]:
            yield _mistake(loc, f"there is no {what} {show(name)}{did_you_mean(name, known[what])}", path, found)


def _tables(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [_table(row) for row in _list(data.get(key))]


def _table(value: Any) -> dict[str, Any]:
    """What was written, where it is a table."""
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]  the keys of TOML are texts


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def _twice(data: dict[str, Any], table: str, key: str, path: Path, found: mistakes.Lines) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    for place, row in enumerate(_tables(data, table)):
        value = row.get(key)
        if value is None:
            continue
        if str(value) in seen:
            text = f"{show(value)} is already {mistakes.name_of((table, seen[str(value)]))}"
            yield _mistake((table, place, key), text, path, found)
        seen.setdefault(str(value), place)


def _unknown(loc: tuple[Any, ...], code: object, services: set[str], path: Path, found: mistakes.Lines) -> Mistake:
    return _mistake(loc, f"there is no service {show(code)}{did_you_mean(code, services)}", path, found)


def _mistake(loc: tuple[Any, ...], text: str, path: Path, found: mistakes.Lines) -> Mistake:
    return Mistake(file=str(path), key=mistakes.name_of(loc), problem=text, line=mistakes.line_of(loc, found))
