"""Base class for file-like objects over bytes stored elsewhere: everything that does not depend on where."""

import io


class Seekable(io.RawIOBase):
    """`size` bytes and a current `place`. A subclass adds `readinto`, which reads at `place` and advances it."""

    def __init__(self, size: int) -> None:
        self.size, self.place = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        self.place = max(0, start + offset)
        return self.place
