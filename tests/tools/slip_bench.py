"""How long a slip takes to draw, to encode and to travel: `hall bench slip`. It measures and asserts nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

import drivers
from drivers.contract import Slip
from drivers.printer.picture import picture
from drivers.printer.slip import encode
from drivers.printer.virtual import VirtualPrinter

SLIP = Slip.read(
    {
        "heading": "台州市椒江区政务服务中心",
        "subheading": "Jiaojiang Government Service Centre",
        "label": "您的号码 Your number",
        "number": "A017",
        "title": "不动产登记（首次、转移、变更、注销）",
        "highlights": [("前面等候", "12 人"), ("预计叫号", "10:20–10:45")],
        "facts": [("取号时间", "2026-11-20 09:58"), ("办理区域", "一楼 B 区 3–9 号窗口"), ("申请人", "张*")],
        "qr": "http://hall.example.cn:8700/t/7Kq2ZpXw9dLm",
        "qr_lines": [{"text": "微信扫码", "bold": True}, "查看前面还有几人，", "轮到前手机会提醒您。"],
        "footer": ["请在休息区等候，注意呼叫及大屏显示信息。", "过号后请到导服台重新排队。"],
    }
)


def measure(call: Callable[[], object], rounds: int) -> dict[str, float]:
    """Milliseconds: the first time (fonts are loaded then), the median and the 99th percentile of the rest."""
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    first, rest = times[0], sorted(times[1:])
    return {"first": first, "p50": rest[len(rest) // 2], "p99": rest[int(len(rest) * 0.99)]}


def run(rounds: int = 200) -> dict[str, dict[str, float]]:
    printer = VirtualPrinter()
    device = drivers.open("printer", printer.url, width=576)
    try:
        return {
            "picture 576": measure(lambda: picture(SLIP, width=576), rounds),
            "picture 384": measure(lambda: picture(SLIP, width=384), rounds),
            "bytes 576": measure(lambda: encode(SLIP, width=576), rounds),
            "text 576": measure(lambda: encode(SLIP, width=576, mode="text"), rounds),
            "printed on the stand-in, with questions before and after": measure(lambda: device.print(SLIP), rounds // 4),
        }
    finally:
        printer.close()


@click.command()
@click.option("--rounds", type=click.IntRange(4), default=200, show_default=True)
def command(rounds):
    """Measure how long a slip takes to draw, to encode and to print on the stand-in."""
    image, data = picture(SLIP), encode(SLIP)
    click.echo(f"576 dots: {image.height} rows, {len(data)} bytes; text mode {len(encode(SLIP, mode='text'))} bytes")
    for what, times in run(rounds).items():
        click.echo(f"{what}: first {times['first']:.1f} ms, p50 {times['p50']:.1f} ms, p99 {times['p99']:.1f} ms")
