"""What a screenshot shows, counted."""

import io

import numpy as np
from PIL import Image
from playwright.sync_api import Locator


def images_of(shown: Locator) -> bytes:
    """A PNG of a part of the viewer without the heatmaps' legends, whose colour bars are coloured whatever is shown."""
    legends = shown.page.locator("[data-testid^=heatmap-legend]")
    legends.evaluate_all("all => all.forEach(one => { one.style.visibility = 'hidden' })")
    try:
        return shown.screenshot()
    finally:
        legends.evaluate_all("all => all.forEach(one => { one.style.visibility = '' })")


def _rgb(png: bytes) -> np.ndarray:
    """(rows, columns, 3) as integers."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def lit_share(png: bytes) -> float:
    """Share of pixels that are clearly brighter than the black background."""
    return float((_rgb(png).max(axis=2) > 40).mean())


def coloured_share(png: bytes) -> float:
    """Share of pixels that are clearly not grey: an overlay."""
    rgb = _rgb(png)
    return float((rgb.max(axis=2) - rgb.min(axis=2) > 60).mean())
