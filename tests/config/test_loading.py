"""How a program loads its modules: what is left out, and that all is as before afterwards."""

import gc
import sys

import pytest

from config import loading


def test_what_is_left_out_cannot_be_imported_meanwhile_and_can_afterwards(monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with loading.quickly("this"), pytest.raises(ImportError):
        import this  # noqa: F401

    assert "this" not in sys.modules


def test_what_is_loaded_already_stays():
    with loading.quickly("json"):
        import json

    assert sys.modules["json"] is json


def test_rubbish_is_collected_again_afterwards_also_when_loading_fails():
    with pytest.raises(ZeroDivisionError), loading.quickly():
        assert not gc.isenabled()
        _ = 1 / 0

    assert gc.isenabled()
    gc.unfreeze()
