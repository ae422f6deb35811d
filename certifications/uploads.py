"""Uploads that never touch the disk of a node."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class InMemoryOnly(FileUploadHandler):
    """Keeps uploads in memory, never on the disk, and of each no more than tells that it has more than `largest` bytes.

    A request that goes on to send files is cut off.
    """

    def __init__(self, request, largest: int):
        super().__init__(request)
        self.largest, self.received = largest, 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > 4 * self.largest:
            raise StopUpload(connection_reset=True)
        self.content.write(raw_data[: max(0, self.largest + 1 - start)])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.content.tell()
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content, self.field_name, self.file_name, self.content_type, size, self.charset
        )
