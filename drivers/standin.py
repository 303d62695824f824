"""Runs one stand-in by itself: `python -m drivers.standin reader`. Prints the address for a config, then does what is typed.

For trying a kiosk or a display agent on a machine without devices; no product process needs it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from .control import Commands, Control

StandIn = tuple[str, Commands, Callable[[], None]]  # its address, what can be typed, its end


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m drivers.standin", description="A device that is not there, at an address that is.")
    parser.add_argument("kind", choices=("reader", "printer", "scanner", "keypad", "sign"))
    parser.add_argument("--control", type=int, default=0, help="loopback port for lines of text; 0: a free one")
    parser.add_argument("--port", type=int, default=0, help="printer: its network port; 0: a free one")
    parser.add_argument("--width", type=int, default=576, help="printer: dots across")
    parser.add_argument("--folder", type=Path, help="printer: where the pictures of slips go")
    parser.add_argument("--address", type=int, default=1, help="keypad: its address on the bus")
    parser.add_argument("--profile", default="zhongyi", help="sign: the make of the bars")
    asked = parser.parse_args(arguments)
    url, commands, close = STANDINS[asked.kind](asked)
    control = Control(commands, asked.control)
    print(f"{asked.kind} at {url}", f"control at 127.0.0.1:{control.port} ({', '.join(commands)})", sep="\n", flush=True)
    try:
        for line in sys.stdin:
            print(control.do(line), flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        control.close()
        close()
    return 0


def _reader(_asked: argparse.Namespace) -> StandIn:
    from .reader.virtual import VirtualReader

    standin = VirtualReader()
    return standin.url, standin.commands(), standin.close


def _printer(asked: argparse.Namespace) -> StandIn:
    from .printer.virtual import VirtualPrinter

    standin = VirtualPrinter(asked.folder, width=asked.width, port=asked.port)
    return standin.url, standin.commands(), standin.close


def _scanner(_asked: argparse.Namespace) -> StandIn:
    from .reader.virtual_scanner import VirtualScanner

    standin = VirtualScanner()
    return standin.url, {"scan": standin.scan}, standin.close


def _keypad(asked: argparse.Namespace) -> StandIn:
    from .keypad.virtual import VirtualKeypad

    standin = VirtualKeypad(asked.address)
    return standin.url, {"press": standin.press, "shown": lambda _: standin.shown}, standin.close


def _sign(asked: argparse.Namespace) -> StandIn:
    from .sign.serial_port import template
    from .sign.virtual import VirtualBars

    standin = VirtualBars(template(asked.profile))
    return standin.url, standin.commands(), standin.close


STANDINS: dict[str, Callable[[argparse.Namespace], StandIn]] = {
    "reader": _reader,
    "printer": _printer,
    "scanner": _scanner,
    "keypad": _keypad,
    "sign": _sign,
}

if __name__ == "__main__":
    sys.exit(main())
