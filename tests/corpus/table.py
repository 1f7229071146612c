"""About ninety awkward files, and what is right for each: type, sides, duration, thumbnail."""

from __future__ import annotations

from functools import partial
from typing import Final

from rh_ui.domain import OutputKind
from tests.corpus import archives, films, pictures, shapes, sounds, splats, words
from tests.corpus.pictures import SIDES, cut
from tests.corpus.row import RED, Fetched, Row, Small

IMAGE, VIDEO, AUDIO = OutputKind.IMAGE, OutputKind.VIDEO, OutputKind.AUDIO
MODEL, TEXT, FILE, ARCHIVE = OutputKind.MODEL, OutputKind.TEXT, OutputKind.FILE, OutputKind.ARCHIVE
PICTURE, CARD, NONE = Small.PICTURE, Small.CARD, Small.NONE
WHITE: Final = (255, 255, 255)
BLACK: Final = (0, 0, 0)
HIDDEN: Final = None
"""What it shows is not compared."""

PICTURES: Final = (
    Row(
        "line drawing 16k.png", pictures.vast_line_drawing,
        IMAGE, "png", PICTURE, (16384,) * 2, shows=(BLACK, WHITE),
    ),
    Row("bomb.png", pictures.bomb, IMAGE, "png", CARD, (40000,) * 2),
    Row("deep grey.png", pictures.deep_grey, IMAGE, "png", PICTURE, SIDES, shows=(BLACK, (175,) * 3)),
    Row("deep colour.png", pictures.deep_colour, IMAGE, "png", PICTURE, SIDES),
    Row("printed.jpg", pictures.printed, IMAGE, "jpg", PICTURE, SIDES),
    Row("printed plain.jpg", pictures.printed_plain, IMAGE, "jpg", PICTURE, SIDES),
    Row("mirrored and turned.jpg", partial(pictures.turned, 5), IMAGE, "jpg", PICTURE, SIDES),
    Row("turned.jpg", partial(pictures.turned, 6), IMAGE, "jpg", PICTURE, SIDES),
    Row("upside down.jpg", partial(pictures.turned, 3), IMAGE, "jpg", PICTURE, SIDES),
    Row("clear.png", pictures.clear, IMAGE, "png", PICTURE, SIDES, shows=(RED, WHITE)),
    Row("clear palette.png", pictures.clear_palette, IMAGE, "png", PICTURE, SIDES),
    Row("moving.gif", partial(pictures.moving, "GIF"), IMAGE, "gif", PICTURE, SIDES, animated=True),
    Row("moving.webp", partial(pictures.moving, "WEBP"), IMAGE, "webp", PICTURE, SIDES, animated=True),
    Row("moving.png", partial(pictures.moving, "PNG"), IMAGE, "png", PICTURE, SIDES, animated=True),
    Row("phone.heic", films.heic, IMAGE, "heic", PICTURE, SIDES),
    Row("still.avif", pictures.avif, IMAGE, "avif", PICTURE, SIDES),
    Row("two pages.tif", pictures.pages, IMAGE, "tiff", PICTURE, SIDES, animated=True),
    Row("floats.tif", pictures.floats, IMAGE, "tiff", PICTURE, SIDES, shows=(BLACK, WHITE)),
    Row("plain.bmp", lambda: pictures.saved(pictures.halves(), "BMP"), IMAGE, "bmp", PICTURE, SIDES),
    Row(
        "two pixels.png", lambda: pictures.saved(pictures.halves(sides=(2, 1)), "PNG"),
        IMAGE, "png", PICTURE, (2, 1), shows=HIDDEN,
    ),
    Row(
        "ribbon.png", lambda: pictures.saved(pictures.halves(sides=(9000, 3)), "PNG"),
        IMAGE, "png", PICTURE, (9000, 3),
    ),
    Row(
        "is a jpeg.png", lambda: pictures.saved(pictures.halves(), "JPEG", quality=95),
        IMAGE, "jpg", PICTURE, SIDES,
    ),
    Row(
        "no name", lambda: pictures.saved(pictures.halves(), "WEBP", lossless=True),
        IMAGE, "webp", PICTURE, SIDES,
    ),
    Row("cut.png", lambda: cut(pictures.noise_png()), IMAGE, "png", NONE, SIDES),
    Row("cut.jpg", lambda: cut(pictures.saved(pictures.halves(), "JPEG")), IMAGE, "jpg", NONE, SIDES),
    Row("cut.webp", lambda: cut(pictures.moving("WEBP")), IMAGE, "webp", NONE),
    Row("cut.avif", lambda: cut(pictures.avif()), IMAGE, "avif", NONE),
    Row("cut.heic", lambda: cut(films.heic(), 0.2), IMAGE, "heic", NONE),
    Row("drawing.svg", words.drawing, IMAGE, "svg", NONE),
)  # fmt: skip

FILMS: Final = (
    Row("plain.mp4", lambda: films.film(sound="aac"), VIDEO, "mp4", PICTURE, SIDES, 1.0),
    Row("silent.mp4", films.film, VIDEO, "mp4", PICTURE, SIDES, 1.0),
    Row("ten bits.mp4", lambda: films.film(pixels="yuv420p10le"), VIDEO, "mp4", PICTURE, SIDES, 1.0),
    Row(
        "ten bits hevc.mp4",
        lambda: films.film(codec="libx265", pixels="yuv420p10le", options={"x265-params": "log-level=none"}),
        VIDEO, "mp4", PICTURE, SIDES, 1.0,
    ),
    Row(
        "vp9.webm", lambda: films.film("webm", "libvpx-vp9", sound="libopus"),
        VIDEO, "webm", PICTURE, SIDES, 1.0,
    ),
    Row("av1.mkv", lambda: films.film("matroska", "libsvtav1", frames=4), VIDEO, "mkv", PICTURE, SIDES, 0.4),
    Row(
        "prores.mov", lambda: films.film("mov", "prores_ks", "yuv422p10le"),
        VIDEO, "mov", PICTURE, SIDES, 1.0,
    ),
    Row("old.avi", lambda: films.film("avi", "mpeg4"), VIDEO, "avi", PICTURE, SIDES, 1.0),
    Row("turned.mp4", films.turned_film, VIDEO, "mp4", PICTURE, SIDES[::-1], 1.0, shows=HIDDEN),
    Row("one picture.mp4", lambda: films.film(frames=1), VIDEO, "mp4", PICTURE, SIDES, 0.1),
    Row("no length.mp4", films.of_no_length, VIDEO, "mp4", PICTURE, SIDES),
    Row("is a film.png", films.film, VIDEO, "mp4", PICTURE, SIDES, 1.0, announced=IMAGE),
    Row("cut.mp4", lambda: cut(films.film()), VIDEO, "mp4", NONE),
    Row(
        "cut.webm", lambda: cut(films.film("webm", "libvpx-vp9"), 0.8),
        VIDEO, "webm", PICTURE, SIDES, shows=HIDDEN,
    ),
    Row("only a head.mp4", lambda: films.film()[:32], VIDEO, "mp4", NONE),
)  # fmt: skip

SOUNDS: Final = (
    Row("cover.mp3", sounds.with_cover, AUDIO, "mp3", CARD, None, 1.0),
    Row("deep.wav", partial(sounds.sound, "wav", "pcm_s24le"), AUDIO, "wav", CARD, None, 1.0),
    Row("tagged.flac", partial(sounds.tagged, "flac", "flac"), AUDIO, "flac", CARD, None, 1.0),
    Row("tagged.aac", partial(sounds.tagged, "adts", "aac"), AUDIO, "aac", CARD, None),
    Row("tagged twice.mp3", partial(sounds.tagged, "flac", "flac", 2), AUDIO, "flac", CARD, None, 1.0),
    Row("plain.flac", partial(sounds.sound, "flac", "flac"), AUDIO, "flac", CARD, None, 1.0),
    Row("opus.ogg", partial(sounds.sound, "ogg", "libopus"), AUDIO, "ogg", CARD, None, 1.0),
    Row("plain.m4a", partial(sounds.sound, "ipod", "aac"), AUDIO, "m4a", CARD, None, 1.0),
    Row("only sound.mp4", partial(sounds.sound, "mp4", "aac"), AUDIO, "m4a", CARD, None, 1.0),
    Row("only sound.webm", partial(sounds.sound, "webm", "libopus"), AUDIO, "webm", CARD, None, 1.0),
    Row("one sample.wav", sounds.of_one_sample, AUDIO, "wav", CARD),
    Row("no sample.wav", sounds.of_no_sample, AUDIO, "wav", NONE),
    Row(
        "is a sound.mp4", partial(sounds.sound, "mp3", "libmp3lame"),
        AUDIO, "mp3", CARD, None, 1.0, announced=VIDEO,
    ),
    Row("cut.mp3", lambda: cut(sounds.sound("mp3", "libmp3lame")), AUDIO, "mp3", CARD),
    Row("cut.flac", lambda: cut(sounds.sound("flac", "flac")), AUDIO, "flac", CARD),
    Row("cut.wav", lambda: sounds.sound("wav", "pcm_s24le")[:60], AUDIO, "wav", NONE),
)  # fmt: skip

MODELS: Final = (
    Row("ball.glb", partial(shapes.exported, "glb"), MODEL, "glb", CARD, faces=shapes.FACES),
    Row("packed.glb", shapes.packed_by_draco, MODEL, "glb", CARD, faces=shapes.FACES),
    Row("packed well.glb", shapes.well_packed, MODEL, "glb", CARD, faces=shapes.FACES),
    Row("alone.gltf", shapes.gltf_alone, MODEL, "gltf", CARD, faces=shapes.FACES),
    Row("ball.obj", partial(shapes.exported, "obj"), MODEL, "obj", CARD, faces=shapes.FACES),
    Row("ball.ply", partial(shapes.exported, "ply"), MODEL, "ply", CARD, faces=shapes.FACES),
    Row(
        "words.ply", partial(shapes.exported, "ply", encoding="ascii"),
        MODEL, "ply", CARD, faces=shapes.FACES,
    ),
    Row("cloud.ply", shapes.points, MODEL, "ply", CARD),
    Row("ball.stl", partial(shapes.exported, "stl"), MODEL, "stl", CARD, faces=shapes.FACES),
    Row("words.stl", partial(shapes.exported, "stl_ascii"), MODEL, "stl", CARD, faces=shapes.FACES),
    Row("scene.fbx", shapes.fbx, MODEL, "fbx", CARD),
    Row("scene.usdz", shapes.usdz, MODEL, "usdz", CARD),
    Row("packed splats.spz", splats.spz, MODEL, "spz", CARD),
    Row("newer splats.spz", partial(splats.spz, 3), MODEL, "spz", CARD),
    Row("splats.splat", splats.splat, MODEL, "splat", CARD),
    Row("splats.ply", splats.ply, MODEL, "ply", CARD),
    Row("cut.spz", lambda: cut(splats.spz()), MODEL, "spz", CARD),
    Row("cut.splat", lambda: splats.splat()[:-5], FILE, "bin", NONE),
    Row("somebody's.ksplat", words.unknown, MODEL, "ksplat", CARD),
    Row("cut.glb", lambda: cut(shapes.exported("glb")), MODEL, "glb", CARD),
    Row("cut.obj", lambda: cut(shapes.exported("obj")), MODEL, "obj", CARD),
)  # fmt: skip

ARCHIVES: Final = (
    Row("honest.zip", archives.honest, ARCHIVE, "zip", CARD),
    Row("scene.zip", shapes.gltf_in_zip, ARCHIVE, "zip", CARD),
    Row("ball.zip", shapes.obj_in_zip, ARCHIVE, "zip", CARD),
    Row("escaping.zip", archives.escaping, ARCHIVE, "zip", CARD),
    Row("linking.zip", archives.linking, ARCHIVE, "zip", CARD),
    Row("bomb.zip", archives.bomb, ARCHIVE, "zip", CARD),
    Row("lying.zip", archives.lying, ARCHIVE, "zip", CARD),
    Row("crowd.zip", archives.crowd, ARCHIVE, "zip", CARD),
    Row("nested.zip", archives.nested, ARCHIVE, "zip", CARD),
    Row("locked.zip", archives.locked, ARCHIVE, "zip", NONE),
    Row("nothing in it.zip", archives.nothing_in_it, ARCHIVE, "zip", NONE),
    Row("cut.zip", lambda: cut(archives.honest()), ARCHIVE, "zip", NONE),
)  # fmt: skip

TEXTS: Final = (
    Row("with mark.txt", words.utf8_with_mark, TEXT, "txt", CARD),
    Row("wide.txt", words.utf16, TEXT, "txt", CARD),
    Row("chinese.txt", words.gb18030, TEXT, "txt", CARD),
    Row("latin.txt", words.latin, TEXT, "txt", CARD),
    Row("lines.json", words.wide_json, TEXT, "json", CARD),
    Row("table.csv", words.table, TEXT, "csv", CARD),
    Row("subtitles.srt", words.subtitles, TEXT, "srt", CARD),
)  # fmt: skip

OTHERS: Final = (
    Row(
        "nothing.png", bytes,
        FILE, "bin", NONE, announced=IMAGE, fetched=Fetched.REFUSED, upload=Fetched.REFUSED,
    ),
    Row("log in.png", words.login_page, FILE, "html", NONE, announced=IMAGE, fetched=Fetched.REFUSED),
    Row("page.html", words.login_page, FILE, "html", NONE, announced=IMAGE),
    Row("page of a model.html", words.login_page, FILE, "html", NONE, announced=MODEL),
    Row("a page.txt", words.login_page, FILE, "html", NONE, announced=TEXT),
    Row("denied.mp4", words.store_error, FILE, "xml", NONE, announced=VIDEO, fetched=Fetched.REFUSED),
    Row("paper.pdf", words.document, FILE, "pdf", NONE),
    Row("who knows.dat", words.unknown, FILE, "dat", NONE),
    Row("no name at all", words.unknown, FILE, "bin", NONE),
    Row("runs.exe", words.unknown, FILE, "bin", NONE),
)  # fmt: skip

ROWS: Final = (*PICTURES, *FILMS, *SOUNDS, *MODELS, *ARCHIVES, *TEXTS, *OTHERS)
