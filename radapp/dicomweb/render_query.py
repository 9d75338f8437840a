"""How a picture is wished for: the query parameters of rendered resources and thumbnails (PS3.18 section 8.3.5)."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from radapp.dicomweb.pictures import QUALITY, Box, Region
from radapp.dicomweb.presentation import Function, Window
from radapp.dicomweb.refusals import bad_request

SIDE_AT_MOST = 4096
THUMBNAIL = Box(128, 128)

_FUNCTIONS = {"linear": Function.LINEAR, "linear-exact": Function.LINEAR_EXACT, "sigmoid": Function.SIGMOID}


@dataclass(frozen=True)
class Wish:
    """One wish. `region` in pixels, or in shares of the image where `shares`; `warnings`: what is not done, in words."""

    window: Window | None = None
    box: Box | None = None
    region: Region | None = None
    shares: bool = False
    quality: int = QUALITY
    warnings: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """The same for equal wishes: part of a kept picture's name."""
        return repr((self.window, self.box, self.region, self.shares, self.quality))


def rendered_wish(query: Mapping[str, str]) -> Wish:
    """What `window`, `viewport`, `quality`, `annotation` and `iccprofile` ask for; 400 for what is none of theirs."""
    box, region = _viewport(query.get("viewport", ""), with_region=True)
    return Wish(
        window=_window(query.get("window", "")),
        box=box,
        region=region,
        quality=quality_of(query.get("quality", ""), "quality"),
        warnings=_warnings(query),
    )


def thumbnail_wish(query: Mapping[str, str]) -> Wish:
    """A small picture: `viewport=columns,rows`, else 128 by 128 at most."""
    box, _ = _viewport(query.get("viewport", ""), with_region=False)
    return Wish(box=box or THUMBNAIL, quality=80)


def number_of(text: str, name: str) -> float:
    """One finite decimal number."""
    try:
        number = float(text)
    except ValueError:
        raise bad_request(f"{name} must be a number.") from None
    if not math.isfinite(number) or "_" in text:
        raise bad_request(f"{name} must be a number.")
    return number


def side_of(text: str, name: str) -> int:
    """One side of a picture, in pixels."""
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= SIDE_AT_MOST):
        raise bad_request(f"{name} must be a whole number of pixels from 1 to {SIDE_AT_MOST}.")
    return int(text)


def quality_of(text: str, name: str) -> int:
    """JPEG's quality; PNG and GIF lose nothing."""
    if not text:
        return QUALITY
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= 100):
        raise bad_request(f"{name} must be a whole number from 1 to 100.")
    return int(text)


def window_of(center: str, width: str, name: str, function: Function = Function.LINEAR) -> Window:
    """A window from its two numbers."""
    found = Window(number_of(center, name), number_of(width, name), function)
    least = 1.0 if function is Function.LINEAR else 0.0
    if found.width < least or found.width == 0:
        more = "at least 1" if least else "more than 0"
        raise bad_request(f"{name}: the width must be {more} for the function {function.value}.")
    return found


def _window(text: str) -> Window | None:
    if not text:
        return None
    parts = [part.strip() for part in text.split(",")]
    named = parts[2].lower().replace("_", "-") if len(parts) == 3 else "linear"
    if len(parts) not in {2, 3} or named not in _FUNCTIONS:
        raise bad_request("window must be center,width or center,width,function: linear, linear-exact or sigmoid.")
    return window_of(parts[0], parts[1], "window", _FUNCTIONS[named])


def _viewport(text: str, *, with_region: bool) -> tuple[Box | None, Region | None]:
    """`vw,vh` and, behind them, `sx,sy,sw,sh`, any of which may be left empty; negative extents flip."""
    if not text:
        return None, None
    parts = [part.strip() for part in text.split(",")]
    if len(parts) < 2 or len(parts) > (6 if with_region else 2):
        expected = "vw,vh or vw,vh,sx,sy,sw,sh" if with_region else "vw,vh"
        raise bad_request(f"viewport must be {expected}.")
    box = Box(side_of(parts[0], "viewport"), side_of(parts[1], "viewport"))
    rest = [number_of(part, "viewport") if part else None for part in (*parts[2:], *[""] * (6 - len(parts)))]
    x, y, width, height = rest
    if (x or 0) < 0 or (y or 0) < 0 or width == 0 or height == 0:
        raise bad_request("viewport: the region begins at 0 or later, and has a width and a height.")
    if not any(part is not None for part in rest):
        return box, None
    across = math.inf if width is None else width  # up to the image's end
    down = math.inf if height is None else height
    return box, Region(x or 0.0, y or 0.0, abs(across), abs(down), across < 0, down < 0)


def _warnings(query: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    annotation = re.sub(r"[^\w,-]", "?", query.get("annotation", "")[:64], flags=re.ASCII)
    if annotation:
        found.append(f"The following annotation values are not supported: {annotation}")
    if query.get("iccprofile", "no").lower() != "no":
        found.append("The iccprofile parameter is not supported: pictures have no colour profile")
    return tuple(found)


def clipped(region: Region, columns: int, rows: int, *, shares: bool) -> Region:
    """The region within an image of this size; 400 where it lies outside."""
    across, down = (columns, rows) if shares else (1, 1)
    x, y = region.x * across, region.y * down
    if x >= columns or y >= rows:
        raise bad_request(f"The region lies outside the image, which has {columns} columns and {rows} rows.")
    return Region(
        x, y, min(region.width * across, columns - x), min(region.height * down, rows - y), region.flip_x, region.flip_y
    )
