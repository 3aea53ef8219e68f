"""Pictures without what cameras and programs write into them: place, time, device, owner, thumbnails, comments."""

import io
import warnings
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from common.files import FileNotAccepted

# A picture this large is one made to fill the memory of whoever opens it; cameras of today stay below.
MAX_PIXELS: Final = 64_000_000
_FORMATS: Final = {".jpg": "JPEG", ".png": "PNG"}
JPEG_QUALITY: Final = 90


def without_metadata(data: bytes, suffix: str) -> bytes:
    """The picture painted anew from its pixels, upright, as the same kind (".jpg" or ".png"). Nothing else of the file is kept.

    Raises FileNotAccepted for what cannot be read as this kind, and for more than `MAX_PIXELS`.
    """
    kind = _FORMATS[suffix]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a bomb
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise FileNotAccepted(_("The picture has too many pixels. Make it smaller and send it again."))
                upright = ImageOps.exif_transpose(picture)
                bare = _repainted(upright, kind)
    except FileNotAccepted:
        raise
    except Exception:  # noqa: BLE001 -- hostile pictures raise anything
        raise FileNotAccepted(_("The picture cannot be read. Save it again and send it once more.")) from None
    output = io.BytesIO()
    bare.save(output, kind, **({"quality": JPEG_QUALITY} if kind == "JPEG" else {"optimize": False}))
    return output.getvalue()


def _repainted(picture: Image.Image, kind: str) -> Image.Image:
    """A new picture with the same pixels: palettes, profiles and text chunks stay behind."""
    has_alpha = kind == "PNG" and picture.has_transparency_data
    mode = "RGBA" if has_alpha else "L" if picture.mode in ("1", "L") else "RGB"
    source = picture.convert(mode)
    bare = Image.new(mode, source.size)
    bare.paste(source)
    return bare
