"""Pictures that people send, drawn anew by us: what was hidden in the file does not come along.

Where a picture was taken, with which phone, and anything that only pretended to be a picture stay behind.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .errors import InvalidInput

LARGEST_FILE = 10_000_000
LARGEST_PIXELS = 40_000_000
# No camera makes a longer one. A line of millions of pixels would keep us busy for half a minute.
LONGEST_SIDE_SENT = 30_000
LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 480
# By content. Pillow then tries these readers only, whatever the file is called.
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """A picture as WebP, without anything but its pixels. Sizes are in pixels."""

    content: bytes
    width: int
    height: int
    thumbnail: bytes
    thumbnail_width: int
    thumbnail_height: int


def re_encode(upload: IO[bytes]) -> EncodedPicture:
    """A picture that is safe to show: upright, at most 1600 pixels, and one of 480 pixels for lists.

    Of a moving picture the first image stays. Raises InvalidInput for a file over 10 MB, over 40 megapixels,
    of another kind than JPEG, PNG or WebP, or broken.
    """
    upload.seek(0)
    raw = upload.read(LARGEST_FILE + 1)
    if not raw:
        raise InvalidInput(_("This file is empty. Choose another picture."), field="picture")
    if len(raw) > LARGEST_FILE:
        raise InvalidInput(_("This picture is larger than 10 MB. Choose a smaller one."), field="picture")
    pixels = _decoded(raw)
    large = _fitting(pixels, LONGEST_SIDE)
    small = _fitting(large, THUMBNAIL_SIDE)
    return EncodedPicture(_webp(large), large.width, large.height, _webp(small), small.width, small.height)


def _decoded(raw: bytes) -> Image.Image:
    """The first image in a file: upright, in plain colours, and not longer than we keep."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of a size that our own limit refuses
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as picture:
                # The header tells the size before anything is decoded.
                if picture.width * picture.height > LARGEST_PIXELS:
                    raise _too_many_pixels()
                if max(picture.size) > LONGEST_SIDE_SENT:
                    raise _no_picture()
                # A JPEG is read at a half or a quarter at once, which saves time and memory.
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                picture.load()
                # Made smaller first, so that what follows copies a small picture and not a huge one.
                fitting = _fitting(_resizable(picture), LONGEST_SIDE)
                return _in_plain_colours(_in_screen_colours(_upright(fitting)))
    except InvalidInput:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise _no_picture() from error
    except Exception as error:  # every reader has its own way to fail on a broken file
        message = _("This picture is damaged, so we cannot show it. Save it again or choose another one.")
        raise InvalidInput(message, field="picture") from error


def _no_picture() -> InvalidInput:
    message = _("This file is not a picture we can show. Use a JPEG, PNG or WebP file.")
    return InvalidInput(message, field="picture")


def _too_many_pixels() -> InvalidInput:
    message = _("This picture has more than 40 million pixels. Choose a smaller one.")
    return InvalidInput(message, field="picture")


def _resizable(picture: Image.Image) -> Image.Image:
    """Numbers of a palette cannot be averaged, so such a picture gets its colours first."""
    averages = picture.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in picture.info
    return picture if averages else _in_plain_colours(picture)


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # what the camera noted is broken, but the picture itself is fine
        return picture


def _in_screen_colours(picture: Image.Image) -> Image.Image:
    """As a screen shows it when the colour profile of the camera is gone."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        screen = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, screen, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that cannot be used is left out
        return picture


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    """Red, green and blue of 8 bits, with transparency where there is some."""
    if picture.mode in ("I", "I;16"):
        # 16 bits of grey: a plain conversion would turn nearly everything white.
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    transparent = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return picture.convert("RGBA" if transparent else "RGB")


def _fitting(picture: Image.Image, longest: int) -> Image.Image:
    """The picture with its long side at most this long. A smaller one is not blown up."""
    scale = longest / max(picture.size)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _webp(picture: Image.Image) -> bytes:
    # Onto a new image: nothing that came with the file can travel in its margins.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    file = io.BytesIO()
    clean.save(file, format="WEBP", quality=_QUALITY, method=4)
    return file.getvalue()
