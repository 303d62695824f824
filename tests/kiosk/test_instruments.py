"""The short forms of `hall bench kiosk` and `hall bench slip`, so that they cannot rot. How fast it is is not asked here."""

from tools import kiosk_bench, slip_bench


def test_a_visitor_is_measured_from_card_to_slip():
    figures = kiosk_bench.run(1)

    assert {name: len(times) for name, times in figures.items()} == {"card": 1, "touch": 1, "slip": 1}


def test_a_slip_is_measured_from_words_to_paper():
    figures = slip_bench.run(4)

    assert all(0 < times["p50"] <= times["p99"] for times in figures.values()) and len(figures) == 5
