"""Stop reading what is sent before it fills the disk. See FILE_UPLOAD_HANDLERS in the settings.

Django itself writes whatever comes to the disk and asks afterwards. Here a file over the limit is
thrown away the moment it goes over, and the rest of it is only counted, so that the form can say
which file was too large and keeps all that was typed. A request beyond any honest one is cut off.
"""

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUploads(FileUploadHandler):
    """The first of the handlers: what it does not pass on, the others never see."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_file = self.of_all = 0  # bytes that came

    @property
    def _is_over(self) -> bool:
        return self.of_file > settings.EVIDENCE_MAX_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.of_file = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.of_file += len(raw_data)
        self.of_all += len(raw_data)
        most = settings.EVIDENCE_MAX_BYTES * settings.DATA_UPLOAD_MAX_NUMBER_FILES
        if self.of_all > most:
            self._throw_away()
            # StopUpload would hand the form to its page as if that file had never been sent.
            raise RequestDataTooBig("more than all files of a form may have together")
        if not self._is_over:
            return raw_data
        self._throw_away()
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Put in the place of a file that was thrown away one that says how large it was."""
        if not self._is_over:
            return None
        return UploadedFile(io.BytesIO(), self.file_name, self.content_type, self.of_file)

    def _throw_away(self) -> None:
        """Close what the other handlers hold of this file; a temporary file is gone with that."""
        for handler in self.request.upload_handlers:
            if file := getattr(handler, "file", None):
                file.close()
