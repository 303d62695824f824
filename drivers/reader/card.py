"""The 256-byte text block of an ID card becomes a Card. Pure; keeps no address, nation, issuer or photo.

Fields are UCS-2 little-endian, padded with spaces; the character at byte 248 says which of four cards it is.
"""

from __future__ import annotations

from datetime import date

from ..contract import Card

# card kind character -> (kind, field -> (offset, length) in bytes)
_COMMON = {
    "name": (0, 30),
    "sex": (30, 2),
    "birth": (36, 16),
    "address": (52, 70),
    "number": (122, 36),
    "issuer": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
}
LAYOUTS: dict[str, tuple[str, dict[str, tuple[int, int]]]] = {
    " ": ("resident", {**_COMMON, "nation": (32, 4)}),
    "J": ("hmt", {**_COMMON, "pass_number": (220, 18), "issues": (238, 4)}),
    "I": (
        "foreigner",
        {
            "name_en": (0, 120),
            "sex": (120, 2),
            "number": (122, 30),
            "nationality": (152, 6),
            "name": (158, 30),
            "valid_from": (188, 16),
            "valid_to": (204, 16),
            "birth": (220, 16),
            "version": (236, 4),
            "office": (240, 8),
        },
    ),
    "Y": (
        "foreigner_2023",
        {
            "name": (0, 30),
            "sex": (30, 2),
            "renewals": (32, 4),
            "birth": (36, 16),
            "name_en": (52, 70),
            "number": (122, 36),
            "valid_from": (188, 16),
            "valid_to": (204, 16),
            "name_en_rest": (220, 22),
            "nationality": (242, 6),
            "earlier": (250, 6),
        },
    ),
}

SEXES = {"0": "未知", "1": "男", "2": "女", "9": "未说明"}  # GB/T 2261.1
NATIONS = dict(  # GB/T 3304
    entry.split()
    for entry in (
        "01 汉,02 蒙古,03 回,04 藏,05 维吾尔,06 苗,07 彝,08 壮,09 布依,10 朝鲜,11 满,12 侗,13 瑶,14 白,15 土家,16 哈尼,17 哈萨克,18 傣,"
        "19 黎,20 傈僳,21 佤,22 畲,23 高山,24 拉祜,25 水,26 东乡,27 纳西,28 景颇,29 柯尔克孜,30 土,31 达斡尔,32 仫佬,33 羌,34 布朗,35 撒拉,"
        "36 毛南,37 仡佬,38 锡伯,39 阿昌,40 普米,41 塔吉克,42 怒,43 乌孜别克,44 俄罗斯,45 鄂温克,46 德昂,47 保安,48 裕固,49 京,50 塔塔尔,"
        "51 独龙,52 鄂伦春,53 赫哲,54 门巴,55 珞巴,56 基诺,97 其他,98 外国血统中国籍"
    ).split(",")
)

# Cards written before 2005 hold characters in the private area that have a place of their own now (GB 18030-2005 and -2022): the 80 of
# row FE follow Python's codec, an old edition, and these are the ones it still leaves in the private area.
PRIVATE = {0xE815 + i: bytes((0xFE, trail)).decode("gb18030") for i, trail in enumerate(t for t in range(0x50, 0xA1) if t != 0x7F)}
PRIVATE |= dict(
    zip(
        (0xE816, 0xE817, 0xE818, 0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE831, 0xE832, 0xE83B, 0xE843, 0xE854, 0xE855, 0xE864),
        "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb",
        strict=True,
    )
)

# What a Card's warnings mean: zh for the person at the kiosk, en. None of them refuses by itself; that is a rule of the hall.
WARNINGS = {
    "expired": ("您的证件已过有效期，请到导服台咨询。", "This card has expired. Please ask at the guide desk."),
    "not_yet_valid": ("您的证件尚未到生效日期，请到导服台咨询。", "This card is not valid yet. Please ask at the guide desk."),
    "check_digit": ("证件号码校验不符，请到导服台核对。", "The card's number fails its check digit. Please ask at the guide desk."),
    "birth_impossible": (
        "证件上的出生日期有误，请到导服台核对。",
        "The birth date on this card is impossible. Please ask at the guide desk.",
    ),
    "sex_mismatch": ("证件号码与性别不符，请到导服台核对。", "The number and the sex on this card differ. Please ask at the guide desk."),
}


class NotACard(ValueError):
    """The block is not the text of an ID card; the sentence says what is wrong, never what stands in it."""


def fields(block: bytes) -> tuple[str, dict[str, str]]:
    """(kind, every field of the block as trimmed text). For `card` and tests: most of it is nobody's business."""
    if len(block) != 256:
        raise NotACard(f"A card's text has 256 bytes, not {len(block)}.")
    mark = block[248:250].decode("utf-16-le", "replace").replace("\0", " ")
    if mark not in LAYOUTS:
        raise NotACard("This kind of card is not known.")
    kind, layout = LAYOUTS[mark]
    return kind, {name: _text(block[at : at + size]) for name, (at, size) in layout.items()}


def card(block: bytes, today: date) -> Card:
    kind, found = fields(block)
    if not found["number"]:
        raise NotACard("The card holds no number.")
    number = found["number"].upper()
    english = found.get("name_en", "") + found.get("name_en_rest", "")
    name = found["name"] or english
    if not name:
        raise NotACard("The card holds no name.")
    return Card(
        kind=kind,
        name=name,
        number=number,
        name_en=english,
        birth=found["birth"],
        sex=sex_name(found["sex"]),
        valid_to=found["valid_to"],
        warnings=tuple(_warnings(kind, found, number, today)),
    )


def _warnings(kind: str, found: dict[str, str], number: str, today: date):
    if found["valid_to"] != "长期":
        end = day(found["valid_to"])
        if end and end < today:
            yield "expired"
    start = day(found["valid_from"])
    if start and start > today:
        yield "not_yet_valid"
    if kind == "foreigner":  # 3 letters + 12 digits: no rule of GB 11643
        return
    if not check_digit_fits(number):
        yield "check_digit"
    elif not number_possible(number, today):
        yield "birth_impossible"
    elif kind == "resident" and found["sex"] in "12" and (int(number[16]) % 2 == 1) != (found["sex"] == "1"):
        yield "sex_mismatch"


def check_digit(first17: str) -> str:
    """GB 11643, ISO 7064 MOD 11-2."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(first17, weights, strict=True)) % 11]


def check_digit_fits(number: str) -> bool:
    number = number.upper()
    return len(number) == 18 and number[:17].isascii() and number[:17].isdigit() and check_digit(number[:17]) == number[17]


def number_possible(number: str, today: date) -> bool:
    """An 18-character number whose check digit fits and whose birth date is real and not in the future. For manual entry too."""
    if not check_digit_fits(number):
        return False
    born = day(number[6:14])
    return born is not None and born <= today


def sex_name(code: str) -> str:
    return SEXES.get(code, f"未知({code})" if code else "未知")


def nation_name(code: str) -> str:
    return NATIONS.get(code, f"其他({code})" if code else "")


def day(text: str) -> date | None:
    """YYYYMMDD as a date; None for anything else, 长期 included."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def block(kind: str, **values: str) -> bytes:
    """The reverse, for stand-ins and tests: a 256-byte block with these fields. Unknown fields or too long a text raise ValueError."""
    mark, layout = next(((m, lay) for m, (k, lay) in LAYOUTS.items() if k == kind), (None, None))
    if layout is None:
        raise ValueError(f"There is no card kind {kind!r}.")
    out = bytearray(" ".encode("utf-16-le") * 128)
    for name, text in values.items():
        at, size = layout[name]
        data = text.encode("utf-16-le")
        if len(data) > size:
            raise ValueError(f"{name} holds {size // 2} characters, not {len(data) // 2}.")
        out[at : at + len(data)] = data
    out[248:250] = mark.encode("utf-16-le")
    return bytes(out)


def _text(data: bytes) -> str:
    # Lone surrogates can come from a damaged card; they must not reach JSON or a file name.
    return data.decode("utf-16-le", "replace").translate(PRIVATE).strip(" \0　")
