"""Receiving files: never more on disk than may be kept, and never under a name."""

from __future__ import annotations

import tempfile
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

FILES = 10  # in one upload


def most_together() -> int:
    """Bytes that the files of one upload may have together."""
    return int(2 * settings.MAX_DOCUMENT_BYTES)


class BoundedUpload(FileUploadHandler):
    """Files without a name on disk: a killed process leaves nothing to read.

    What is over the limit is counted but not kept, so that the form can say so beside the field and the other fields
    are still there. A request that says beforehand that it is far too large is not read at all.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.file: Any = None
        self.seen = self.together = 0

    def handle_raw_input(self, *request: Any) -> None:
        """Stream, headers, content length and more, before a byte is read. Raises RequestDataTooBig."""
        if request[2] > FILES * settings.MAX_DOCUMENT_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("an upload of more than all files of one form may be")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 the request closes it
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self.seen += len(raw_data)
        self.together += len(raw_data)
        if self.seen <= settings.MAX_DOCUMENT_BYTES and self.together <= most_together():
            self.file.write(raw_data)
        else:
            self.file.truncate(0)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        received = UploadedFile(
            self.file, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )
        received.over_total = self.together > most_together()  # type: ignore[attr-defined]
        return received

    def upload_interrupted(self) -> None:
        if self.file is not None:
            self.file.close()
