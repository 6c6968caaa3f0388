"""Pictures of pages to pieces of text with their places: the one room of the OCR engine, whose models lie in its wheel.

Never fetches anything, and loads nothing before the first picture comes. What it gives back is a reading, not what the
document's maker typed, so every piece says how sure it is.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from knowledge.reading.cleaning import clean_line

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray
    from PIL.Image import Image

# The longer side of a picture as it is read, in pixels: a letter page at 200 dpi, enough for print of 6 points.
LONGEST_SIDE = 2200
# The longer side as text is looked for, which needs less than reading it.
LONGEST_SIDE_TO_FIND = 1280
THREADS = 2
# A page read this surely the right way up is not tried in other ways.
SURE = 0.9
# Boxes this much higher than wide hold lines that run up or down the page.
UPRIGHT = 1.5

# The engine keeps the picture at hand on itself, so it reads one at a time.
_engine_in_use = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line of print or a part of one: how sure the reading is, 0 to 1, and four corners in pixels.

    The corners go clockwise from the upper left one, in a picture `height` pixels high that is the right way up.
    """

    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]

    @property
    def runs_across(self) -> bool:
        """Whether the text runs across the page rather than up or down."""
        across = [x for x, _ in self.corners]
        down = [y for _, y in self.corners]
        return (max(down) - min(down)) < UPRIGHT * (max(across) - min(across)) or len(self.text) < 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What stands in a picture, in no order yet, and the height of the picture once it is the right way up."""

    pieces: tuple[Piece, ...]
    height: int


def recognize(picture: "Image") -> Reading:
    """Read a picture in RGB, also one that lies on its side or stands on its head."""
    import numpy as np

    pixels = np.asarray(picture)[:, :, ::-1]  # the engine takes blue first
    with _engine_in_use:
        best = _read(pixels)
        for quarters in _other_ways_up(best):
            best = max(best, _read(np.rot90(pixels, quarters)), key=_legible)
    return best


def _other_ways_up(reading: Reading) -> Sequence[int]:
    """Return the quarter turns to try: none for a page that reads well, or has nothing to read."""
    letters = sum(len(piece.text) for piece in reading.pieces)
    if _legible(reading) >= SURE * letters:
        return ()
    across = sum(len(piece.text) for piece in reading.pieces if piece.runs_across)
    return (1, 3) if across * 2 < letters else (2,)


def _legible(reading: Reading) -> float:
    """Weigh a reading: the letters in lines that run across the page, each as much as it is sure."""
    return sum(piece.confidence * len(piece.text) for piece in reading.pieces if piece.runs_across)


def _read(pixels: "NDArray[uint8]") -> Reading:
    found = _engine()(pixels)
    if not found.txts:
        return Reading(pieces=(), height=pixels.shape[0])
    pieces = []
    for text, confidence, box in zip(found.txts, found.scores, found.boxes, strict=True):
        corners = tuple((float(x), float(y)) for x, y in box)
        pieces.append(Piece(text=clean_line(text), confidence=float(confidence), corners=corners))
    return Reading(pieces=tuple(piece for piece in pieces if piece.text), height=pixels.shape[0])


@cache
def _engine() -> Any:
    """Load the models of the wheel. Naming their files keeps the engine from looking for them anywhere else."""
    import cv2
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    threads = min(THREADS, os.cpu_count() or 1)
    cv2.setNumThreads(threads)
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": LONGEST_SIDE,
            "Global.text_score": 0.0,  # what is too uncertain is decided by those who know the page
            "Global.use_cls": False,  # tells lines on their head one by one; a page is turned as a whole
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST_SIDE_TO_FIND,
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
            "Rec.rec_batch_num": 1,  # several at once take twice the memory and are no faster
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
