"""Debian's Chromium as the end-to-end tests, the screenshots and the benchmarks start it: with software WebGL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
PUT_TOGETHER_BY_PROCESSOR = "--disable-gpu-compositing"
"""Pages without the imitated graphics card, which is left to WebGL: less work for the processor; not what people have."""


@contextmanager
def chromium(playwright: Playwright, *more: str) -> Iterator[Browser]:
    """A browser with an empty profile; `more`: further arguments."""
    path = shutil.which("chromium")
    assert path, "chromium is not on PATH: apt-get install chromium"
    words = [*ARGUMENTS, *more]
    browser = playwright.chromium.launch(executable_path=path, args=words, ignore_default_args=["--disable-gpu"])
    try:
        yield browser
    finally:
        browser.close()
