"""A question that only the owner of a file can answer, so it is asked instead of guessed."""

from milevault_core.problems import BadFile


class Question(BadFile):
    """The file can be read once its owner has chosen an option. `str()` is the question, in one sentence.

    code: what is asked ("date_order", "decimal", "unit kg"). options: (answer, what it would mean for a value
    in this file), in display order. The answer is passed to the reader in `answers` under the code.
    """

    def __init__(self, code: str, text: str, options: tuple[tuple[str, str], ...]):
        super().__init__(text)
        self.code, self.options = code, options
