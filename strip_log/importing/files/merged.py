"""Merged cells: a file has the value in the first cell of a block, and the others are empty."""

from collections.abc import Sequence

from strip_log.importing.files.sheet import Block, Row


class Blocks:
    """The merged cells of a sheet, while its rows are read from the top."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.waiting = sorted(blocks, reverse=True)
        self.open: list[tuple[Block, str]] = []

    def fill(self, line: int, row: Row) -> None:
        """Give each cell the value of its block. Called once for each line, in their order.

        Raises ValueError for blocks that overlap: they could take hours.
        """
        if self.open:
            self.open = [(block, value) for block, value in self.open if block.bottom >= line]
        while self.waiting and self.waiting[-1].top <= line:
            block = self.waiting.pop()
            value = row[block.left] if block.left < len(row) else ""
            self.open.append((block, value))
        if len(self.open) > len(row):
            raise ValueError("its merged cells overlap")
        for block, value in self.open:
            right = min(block.right + 1, len(row))
            row[block.left : right] = [value] * max(0, right - block.left)
