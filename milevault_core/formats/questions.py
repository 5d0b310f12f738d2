"""A question that only the owner of a file can answer: asked, not guessed."""

from milevault_core.problems import BadFile


class Question(BadFile):
    """The file can be read once its owner has chosen. `str()` asks it in one sentence.

    code: what is asked ("date_order", "decimal", "unit kg"). options: (answer, what it would mean for a value
    of this file), in the order to show them. The answer goes into the reader's `answers` under the code.
    """

    def __init__(self, code: str, text: str, options: tuple[tuple[str, str], ...]):
        super().__init__(text)
        self.code, self.options = code, options
