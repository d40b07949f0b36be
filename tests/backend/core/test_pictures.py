"""Pictures of people: harmless, upright, small enough, and a clear sentence for what is refused."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from backend.core.errors import InvalidInput
from backend.core.pictures import LARGEST_FILE, EncodedPicture, re_encode

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
RED, BLUE = (200, 30, 30), (30, 30, 200)


def scene(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """The left half red, the right half blue."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture.convert(mode)


def file_of(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format=kind, **options)
    return file.getvalue()


def encoded(raw: bytes) -> EncodedPicture:
    return re_encode(io.BytesIO(raw))


def pixels(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "WEBP"
    return picture.convert("RGB")


def is_near(pixel: object, colour: tuple[int, ...], within: int = 25) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=True))


def refusal(raw: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        encoded(raw)
    assert refused.value.field == "picture"
    return str(refused.value)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int) -> bytes:
    """A small file that says it is huge: one row of black that a reader would repeat."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    )


def webp_claiming(width: int, height: int) -> bytes:
    """An animation on a huge canvas of which only a corner is drawn."""
    still = file_of(scene(8, 8), "WEBP", lossless=True)[12:]
    frame = b"\0" * 6 + b"\x07\0\0" * 2 + b"\x64\0\0\0" + still
    canvas = b"\x02\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + b"ANIM" + struct.pack("<I", 6) + b"\0" * 6
    body += b"ANMF" + struct.pack("<I", len(frame)) + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_of_picture_come_out_as_webp(kind: str) -> None:
    result = encoded(file_of(scene(), kind))
    assert (result.width, result.height) == (60, 40)
    picture = pixels(result.content)
    assert picture.size == (60, 40)
    assert is_near(picture.getpixel((10, 20)), RED)
    assert is_near(picture.getpixel((50, 20)), BLUE)


@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        ((4000, 3000), (1600, 1200), (480, 360)),
        ((3000, 4000), (1200, 1600), (360, 480)),
        ((1600, 900), (1600, 900), (480, 270)),
        ((300, 200), (300, 200), (300, 200)),
        ((8000, 2), (1600, 1), (480, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_large_pictures_become_smaller_and_small_ones_stay(
    size: tuple[int, int], large: tuple[int, int], small: tuple[int, int]
) -> None:
    result = encoded(file_of(scene(*size), "JPEG"))
    assert (result.width, result.height) == pixels(result.content).size == large
    assert (result.thumbnail_width, result.thumbnail_height) == pixels(result.thumbnail).size == small


def test_a_photo_held_sideways_comes_out_upright_and_tells_nothing_else() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was turned: a quarter to the right makes it upright
    exif[MAKER] = "Geheime Camera"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 22.0, 30.0)
    raw = file_of(scene(), "JPEG", exif=exif, comment=b"thuis gemaakt")
    assert b"Geheime Camera" in raw
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(GPS)

    result = encoded(raw)
    assert (result.width, result.height) == (40, 60)
    assert is_near(pixels(result.content).getpixel((20, 10)), RED)
    assert is_near(pixels(result.content).getpixel((20, 50)), BLUE)
    for content in (result.content, result.thumbnail):
        picture = Image.open(io.BytesIO(content))
        assert not picture.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(picture.info)
        for word in (b"Geheime", b"thuis", b"EXIF", b"Exif"):
            assert word not in content


def test_a_large_sideways_photo_turns_too() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 8
    result = encoded(file_of(scene(3200, 1600), "JPEG", exif=exif))
    assert (result.width, result.height) == (800, 1600)
    assert is_near(pixels(result.content).getpixel((400, 1500)), RED)


def test_broken_notes_of_the_camera_do_not_cost_the_picture() -> None:
    result = encoded(file_of(scene(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert (result.width, result.height) == (60, 40)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_words_in_the_margins_of_the_file_are_left_behind(kind: str) -> None:
    raw = file_of(scene(), kind, icc_profile=b"geheim profiel" * 20, xmp=b"<x>geheim adres</x>")
    assert b"geheim" not in encoded(raw).content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_was_glued_behind_a_picture_is_left_behind(kind: str) -> None:
    result = encoded(file_of(scene(), kind) + b"<script>alert(1)</script>PK\x03\x04")
    assert b"script" not in result.content


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("1", "PNG"),
        ("P", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("RGBA", "PNG"),
    ],
)
def test_every_way_to_write_colours(mode: str, kind: str) -> None:
    expected = scene(mode=mode).convert("RGB").getpixel((10, 20))
    assert isinstance(expected, tuple)
    got = pixels(encoded(file_of(scene(mode=mode), kind)).content).getpixel((10, 20))
    assert is_near(got, expected, 40), (got, expected)


def test_grey_of_16_bits_keeps_its_shades() -> None:
    picture = Image.new("I;16", (40, 20))
    for x in range(40):
        for y in range(20):
            picture.putpixel((x, y), x * 1600)
    shades = pixels(encoded(file_of(picture, "PNG")).content)
    assert is_near(shades.getpixel((1, 10)), (6, 6, 6))
    assert is_near(shades.getpixel((20, 10)), (125, 125, 125))
    assert is_near(shades.getpixel((39, 10)), (243, 243, 243))


def test_colours_of_a_camera_profile_are_kept_without_the_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    result = encoded(file_of(scene(), "JPEG", icc_profile=profile))
    assert is_near(pixels(result.content).getpixel((10, 20)), RED)
    assert b"ICCP" not in result.content


def test_transparency_is_kept() -> None:
    for raw in (
        file_of(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"),
        file_of(Image.new("P", (20, 20)), "PNG", transparency=b"\0"),
        file_of(Image.new("RGB", (20, 20), (1, 2, 3)), "PNG", transparency=(1, 2, 3)),
        file_of(Image.new("L", (20, 20), 9), "PNG", transparency=9),
    ):
        corner = Image.open(io.BytesIO(encoded(raw).content)).convert("RGBA").getpixel((5, 5))
        assert isinstance(corner, tuple)
        assert corner[3] == 0


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_image_stays(kind: str) -> None:
    frames = [Image.new("RGB", (30, 30), BLUE)] * 2
    raw = file_of(Image.new("RGB", (30, 30), RED), kind, save_all=True, append_images=frames, duration=100)
    result = Image.open(io.BytesIO(encoded(raw).content))
    assert getattr(result, "n_frames", 1) == 1
    assert is_near(result.convert("RGB").getpixel((5, 5)), RED)


def test_a_double_picture_of_a_phone_is_a_picture() -> None:
    raw = file_of(scene(), "MPO", save_all=True, append_images=[scene()])
    assert encoded(raw).width == 60


def test_the_name_and_position_of_the_upload_do_not_matter() -> None:
    file = io.BytesIO(file_of(scene(), "PNG"))
    file.name = "plan.exe"
    file.seek(5)
    assert re_encode(file).width == 60


@pytest.mark.parametrize(
    "raw",
    [
        b"Dit is een brief en geen foto.",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//",
        file_of(scene(), "GIF"),
        file_of(scene(), "BMP"),
        file_of(scene(), "TIFF"),
        b"%PDF-1.7 \xff\xd8\xff",
        b"PK\x03\x04",
        b"\0" * 5000,
    ],
    ids=["text", "svg", "gif with a script", "gif", "bmp", "tiff", "pdf", "zip", "zeroes"],
)
def test_other_files_are_refused_whatever_they_are_called(raw: bytes) -> None:
    assert refusal(raw) == "This file is not a picture we can show. Use a JPEG, PNG or WebP file."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_a_picture_that_was_cut_off_is_refused(kind: str, keep: float) -> None:
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    raw = file_of(noise, kind)
    sentence = refusal(raw[: int(len(raw) * keep)])
    assert sentence.startswith(("This picture is damaged", "This file is not a picture"))


def test_a_damaged_picture_says_so() -> None:
    raw = bytearray(file_of(Image.effect_noise((300, 300), 80), "PNG"))
    raw[len(raw) // 2] ^= 0xFF
    assert refusal(bytes(raw)).startswith("This picture is damaged")


@pytest.mark.parametrize(
    "raw",
    [
        png_claiming(8000, 5001),
        png_claiming(100_000, 100_000),
        webp_claiming(8000, 5001),
        webp_claiming(60_000, 60_000),
    ],
    ids=["png just over", "png far over", "webp just over", "webp far over"],
)
def test_a_bomb_is_refused_before_it_is_unpacked(raw: bytes) -> None:
    assert len(raw) < 10_000
    assert refusal(raw) == "This picture has more than 40 million pixels. Choose a smaller one."


def test_a_picture_of_exactly_40_million_pixels_is_fine() -> None:
    assert encoded(file_of(Image.new("L", (8000, 5000)), "PNG")).width == 1600


def test_a_file_over_10_megabytes_is_refused() -> None:
    picture = file_of(scene(), "JPEG")
    assert encoded(picture + b"\0" * (LARGEST_FILE - len(picture))).width == 60
    sentence = refusal(picture + b"\0" * (LARGEST_FILE - len(picture) + 1))
    assert sentence == "This picture is larger than 10 MB. Choose a smaller one."


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "This file is empty. Choose another picture."


@pytest.mark.parametrize(
    "make", [lambda: encoded(file_of(scene(), "PNG")), lambda: encoded(file_of(scene(), "JPEG"))]
)
def test_the_same_picture_gives_the_same_bytes(make: Callable[[], EncodedPicture]) -> None:
    assert make() == make()
