"""Everything that can be done, one short function each: `action(entry, *, …)`. They decide, change and tell; they know no HTTP."""

from .appointments import book, checkin, rebook
from .devices import answer_help, call_help, divert, lend, merge, note_silence, report_device
from .evaluations import close_evaluations, evaluate
from .hall import (
    acknowledge_alert,
    clear_alert,
    end_day,
    forget_visitors,
    load_hall,
    put_notice,
    put_service,
    put_setting,
    put_window,
    raise_alert,
    send_message,
)
from .tickets import cancel, expire, issue_ticket, postpone, reprint, return_ticket, transfer
from .windows import call_next, call_ticket, finish, hold, mark_missed, recall, resume, set_window, start_service

__all__ = [
    "acknowledge_alert", "answer_help", "book", "call_help", "call_next", "call_ticket", "cancel", "checkin",
    "clear_alert", "close_evaluations", "divert", "end_day", "evaluate", "expire", "finish", "forget_visitors", "hold",
    "issue_ticket", "lend", "load_hall", "mark_missed", "merge", "note_silence", "postpone", "put_notice",
    "put_service", "put_setting", "put_window", "raise_alert", "rebook", "recall", "report_device", "reprint", "resume",
    "return_ticket", "send_message", "set_window", "start_service", "transfer",
]  # fmt: skip
