"""What both sides of the process apart go by: how a call is written, and how much it takes."""

from __future__ import annotations

import struct

HEAD = struct.Struct(">I")  # bytes of the line of JSON that follows
MOST_PAGES = 300  # of a PDF in which is marked
