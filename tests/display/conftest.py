"""One browser for all page tests, and the built pages on a free port."""

import pytest

from display import shots


@pytest.fixture(scope="session")
def root():
    if not shots.built("board"):
        pytest.fail("The pages are not built: run `npm ci && npm run build` in display/web, or ./hall setup.", pytrace=False)
    with shots.served() as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shots.CHROMIUM, args=["--autoplay-policy=no-user-gesture-required"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium):
    """A fresh browser window of the wall's size; any error of a script fails the test that saw it."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    errors = page.errors
    context.close()
    assert not errors, errors
