"""The doors of the hall server: HTTP, Socket.IO, pages. They read, ask for one action, and answer; they hold no rule of the hall."""

from . import (  # noqa: F401  each fills its part of the table of doors
    acts,
    advice,
    appointments,
    clock,
    codes,
    data,
    enrolments,
    figures,
    hall,
    here,
    hits,
    journal,
    machines,
    notify,
    people,
    persons,
    plans,
    second_factors,
    tickets,
    windows,
)
