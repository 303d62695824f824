"""What each answer of a card reader means for the person at the kiosk and for the manager. A table and nothing else."""

from __future__ import annotations

from ..contract import OK, Status

_AGAIN = ("没有读到，请把证件重新放好。", "It could not be read. Please lay the card down again.")
_WRONG = (
    "请使用居民身份证、港澳台居民居住证或外国人永久居留身份证。",
    "Please use an ID card, a residence permit or a permanent residence card.",
)
_OTHER = (
    "读卡器暂不可用，请输入号码取号，或到导服台。",
    "The card reader is out of order. Please type your number or ask at the guide desk.",
)

# code -> (manager zh, manager en, citizen zh, citizen en, stops)
TROUBLES: dict[str, tuple[str, str, str, str, bool]] = {
    "unreadable": ("证件读取失败，多为放置不稳。", "A card could not be read; it was probably moved.", *_AGAIN, False),
    "not_authentic": (
        "证件与读卡器相互认证失败；如反复出现，可能是其他卡片或仿制证件。",
        "Card and reader did not accept each other; if it recurs it may be another or a forged card.",
        *_AGAIN,
        False,
    ),
    "wrong_card": ("放置的不是可识别的证件。", "What was laid down is not a card this reader knows.", *_WRONG, False),
    "odd_card": ("证件内容不符合已知格式。", "The card's content follows no known layout.", *_WRONG, False),
    "left_behind": ("证件遗留在读卡器上。", "A card was left on the reader.", "请取走您的身份证。", "Please take your card.", False),
    "offline": ("读卡器无应答，请检查电源和连线。", "The card reader does not answer. Check its power and cable.", *_OTHER, True),
    "self_test": ("读卡器自检失败，不接受命令，请报修。", "The card reader failed its self-test. Call service.", *_OTHER, True),
    "not_authorised": (
        "读卡器安全模块未授权，请联系供应商。",
        "The card reader's security module is not authorised. Call its supplier.",
        *_OTHER,
        True,
    ),
    "fault": ("读卡器报告故障。", "The card reader reports a fault.", *_OTHER, True),
    "damaged": (
        "读卡器数据校验反复出错，请检查连线和接地。",
        "The reader's data arrives damaged. Check cable and earthing.",
        *_OTHER,
        True,
    ),
    "unknown_envelope": (
        "读卡器使用未知的数据格式，可能是不支持的型号。",
        "The reader answers in an unknown envelope; this model is not supported.",
        *_OTHER,
        True,
    ),
}

# SW3 of a reply -> trouble; what is not here (90, 9F, 91, 80, 81, 10, 11, 21) is handled by the rhythm
MEANING = {
    0x23: "fault",
    0x24: "fault",
    0x31: "not_authentic",
    0x32: "not_authentic",
    0x33: "not_authentic",
    0x37: "unreadable",
    0x3F: "unreadable",
    0x40: "wrong_card",
    0x41: "unreadable",
    0x47: "unreadable",
    0x60: "self_test",
    0x66: "not_authorised",
}


def trouble(code: str, detail: str = "") -> Status:
    zh, en, told, told_en, stops = TROUBLES[code]
    return Status(state="trouble", code=code, sentence=zh, sentence_en=en, told=told, told_en=told_en, stops=stops, detail=detail)


def fine(detail: str = "") -> Status:
    return Status(state="ok", sentence=OK.sentence, sentence_en=OK.sentence_en, detail=detail)


UNKNOWN = Status(state="unknown", code="starting", sentence="读卡器尚未应答。", sentence_en="The card reader has not answered yet.")
