"""Status bytes of ESC/POS printers (DLE EOT 1-4) become a Status. Pure; silence becomes `unknown`, never `ok`."""

from __future__ import annotations

from collections.abc import Mapping

from ..contract import OK, Status

ASK = {n: bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)}

# The troubles a printer can be in, the worst first. code -> (manager zh, manager en, citizen zh, citizen en, stops)
_TOLD = (
    "打印机暂时不能出票，请记下屏幕上的号码，或扫码保存。",
    "No paper ticket now: please note the number on the screen or scan the code.",
)
TROUBLES: dict[str, tuple[str, str, str, str, bool]] = {
    "offline": ("打印机无应答，请检查电源、连线和地址。", "The printer cannot be reached. Check power, cable and address.", *_TOLD, True),
    "stuck": (
        "打印机停止接收数据，请检查是否缺纸、卡纸或上盖打开。",
        "The printer stopped taking data. Check paper and cover.",
        *_TOLD,
        True,
    ),
    "cutter": ("打印机切刀故障，请断电后清除卡纸。", "The printer's cutter is jammed. Switch it off and clear the paper.", *_TOLD, True),
    "error": (
        "打印机故障，请断电重启；仍不能恢复请报修。",
        "The printer reports a fault. Switch it off and on; call service if it stays.",
        *_TOLD,
        True,
    ),
    "paper_end": ("打印机缺纸，请更换纸卷。", "The printer is out of paper. Put in a new roll.", *_TOLD, True),
    "cover_open": ("打印机上盖打开，请盖好。", "The printer's cover is open. Close it.", *_TOLD, True),
    "overheated": ("打印头过热或电压异常，稍候会自动恢复。", "The print head is too hot; it recovers by itself.", *_TOLD, True),
    "paused": ("打印机脱机（可能正在手动走纸）。", "The printer is off line (perhaps its feed button is pressed).", *_TOLD, True),
    "paper_low": ("纸卷将尽，请准备更换。", "The paper roll is nearly used up.", "", "", False),
    "unconfirmed": (
        "打印机未确认本次出票完成，请看一眼出纸口。",
        "The printer has not confirmed that this slip is finished.",
        "",
        "",
        False,
    ),
    "silent": (
        "打印机不回答状态查询，无法确认出票情况。",
        "The printer does not answer questions about its state; prints are not verified.",
        "",
        "",
        False,
    ),
}


def trouble(code: str, detail: str = "") -> Status:
    zh, en, told, told_en, stops = TROUBLES[code]
    state = "unknown" if code in ("silent", "unconfirmed") else "trouble"
    return Status(state=state, code=code, sentence=zh, sentence_en=en, told=told, told_en=told_en, stops=stops, detail=detail)


def is_status(byte: int) -> bool:
    """Bits 0 and 7 are 0, bits 1 and 4 are 1; anything else is noise or an automatic status that nobody asked for."""
    return byte & 0x93 == 0x12


def read(answers: Mapping[int, int | None]) -> Status:
    """The printer's state from its answers to DLE EOT n (n -> byte, None for no answer; what was not asked is left out)."""
    heard = {n: b for n, b in answers.items() if b is not None and is_status(b)}
    if not heard:
        return trouble("silent")
    detail = " ".join(f"n{n}={b:02X}" for n, b in sorted(heard.items()))
    one, two, three, four = (heard.get(n, 0) for n in (1, 2, 3, 4))
    if three & 0x08:
        return trouble("cutter", detail)
    if three & 0x24:
        return trouble("error", detail)
    if two & 0x20 or four & 0x60:
        return trouble("paper_end", detail)
    if two & 0x04:
        return trouble("cover_open", detail)
    if three & 0x40:
        return trouble("overheated", detail)
    if two & 0x40:
        return trouble("error", detail)
    if one & 0x08 or two & 0x08:
        return trouble("paused", detail)
    if four & 0x0C:
        return trouble("paper_low", detail)
    if not {2, 4} & set(heard):
        return trouble("silent", detail)  # it is on line, but said nothing about paper or cover
    return Status(state="ok", sentence=OK.sentence, sentence_en=OK.sentence_en, detail=detail)


def read_paper(byte: int | None) -> Status:
    """The state from the answer to GS r 1, for printers that know no real-time questions: it tells of paper only."""
    if byte is None:
        return trouble("silent")
    detail = f"GS r {byte:02X}"
    if byte & 0x0C:
        return trouble("paper_end", detail)
    if byte & 0x03:
        return trouble("paper_low", detail)
    return Status(state="ok", sentence=OK.sentence, sentence_en=OK.sentence_en, detail=detail)
