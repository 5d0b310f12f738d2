"""Passwords that are guessed first, however long they are: those made of a common word or two, the user's own name,
keyboard rows, sequences and repetitions, with a few digits or signs around them."""

import re
import unicodedata

# A password with more unknown characters than this is hard to guess.
_FREE_LETTERS, _FREE_SIGNS = 2, 6
_FREE_WORDS = 2  # three common words in a row are a passphrase, though a short one
_SHORTEST_RUN = 3
_LONGEST_UNIT = 6  # repeating this many characters or fewer does not make a password any better

# Matched forwards and backwards: rows and columns of keyboards (of several countries), the alphabet, numbers.
_ROWS = (
    "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "zaq1xsw2cde3vfr4bgt5nhy6mju7ki8lo9p0",
    "1q2w3e4r5t6y7u8i9o0p", "1q2w3e4r5t6z7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1a2b3c4d5e6f7g8h9i0j",
    "a1b2c3d4e5f6g7h8i9j0", "a1s2d3f4g5h6j7k8l9", "qazwsxedcrfvtgbyhnujmikolp", "qawsedrftgyhujikolp",
    "102030405060708090", "11223344556677889900", "aabbccddeeffgghhiijj", "qqwweerrttyyuuiioopp", "147258369",
    "159753", "!@#$%^&*()", "!\"§$%&/()=", "1!2@3#4$5%6^7&8*9(0)",
)  # fmt: skip
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_RUNS = "\n".join([*_ROWS, *(row[::-1] for row in _ROWS)])

_WORDS = """
password passwort passcode passphrase pass word kennwort motdepasse contrasena senha wachtwoord secret geheim admin
administrator root user guest login signin default server system master owner access changeme letmein welcome
willkommen bienvenue hello bonjour hallo please test testing tester temp demo example computer internet website
milevault garmin strava pocketid streamlit google facebook apple microsoft windows linux ubuntu docker raspberry
iloveyou loveyou lovely love forever family mother father baby angel princess sunshine sweetheart honey flower
butterfly friends monkey dragon tiger lion eagle falcon horse doggy kitty shadow ghost ninja killer hunter ranger
soccer football baseball basketball hockey tennis golf cycling bicycle running runner marathon triathlon swimming
superman batman spiderman pokemon starwars matrix pirate wizard gandalf whatever nothing trustno trustme freedom
mustang ferrari porsche mercedes corvette harley yamaha liverpool chelsea arsenal barcelona juventus
summer winter spring autumn january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
sommer herbst fruhling fruehling fruhjahr fruehjahr januar janner februar marz maerz mai juni juli oktober dezember
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
printemps automne hiver janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
lundi mardi mercredi jeudi vendredi samedi dimanche
primavera verano otono invierno enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
diciembre lunes martes miercoles jueves viernes sabado domingo
estate autunno inverno gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
lunedi martedi mercoledi giovedi venerdi sabato domenica
lente zomer januari februari maart mei augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
verao inverno outono janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro
my the our new this is not for you
charlie michael jordan jessica ashley daniel thomas andrew robert george maggie michelle nicole hannah
"""
# Whole passwords, without spaces and signs.
_WHOLE = """
correcthorsebatterystaple maytheforcebewithyou nevergonnagiveyouup opensesameopensesame ihatepasswords
thequickbrownfox tobeornottobe livelaughlove inthenameoflove whatsthepassword forgotmypassword mynameisbond
itsasecrettoeverybody youshallnotpass winteriscoming
"""

# Digits and signs that people write for letters: pa55w0rd, adm1n. Words and passwords are compared after this mapping.
_ALIKE = str.maketrans("0134578@$!|l", "oieastbasiii")


def is_guessable(password: str, name: str = "") -> bool:
    """Whether a password is among the first that attackers try; `name` is the user name."""
    text = _plain(password)
    if (
        len(set(text)) < 4
        or _is_repeated(text)
        or re.sub(r"\W", "", text).rstrip("0123456789") in _WHOLE.split()
    ):
        return True
    own = {_plain(part) for part in (name, *re.split(r"[._-]", name))}
    words = {word.translate(_ALIKE): word for word in (*_WORDS.split(), *own) if len(word) >= 2}
    longest = max(map(len, words))
    seen, left, at = set(), "", 0
    while at < len(text):
        run, word = _run_at(text, at), _word_at(text, at, words, longest)
        if not run and not word:
            left += text[at]
        elif len(word) > run:
            seen.add(word)
        at += max(run, len(word), 1)
    return (
        len(left) < len(text) / 2
        and len(seen) <= _FREE_WORDS
        and len(left) <= _FREE_SIGNS
        and sum(map(str.isalpha, left)) <= _FREE_LETTERS
    )


def _plain(text: str) -> str:
    """The text in lower case, without separators between words and without accents."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[\s._-]", "", "".join(each for each in letters if not unicodedata.combining(each)))


def _is_repeated(text: str) -> bool:
    """Whether the text is a few characters repeated; the last repetition may be cut off."""
    units = range(1, min(_LONGEST_UNIT, len(text) // 2) + 1)
    return any(text[n:] == text[:-n] for n in units)


def _run_at(text: str, at: int) -> int:
    """Length of the sequence, repeated character or year that begins at `at`; 0 if shorter than _SHORTEST_RUN."""
    same = len(text[at:]) - len(text[at:].lstrip(text[at]))
    length = _SHORTEST_RUN
    while at + length <= len(text) and text[at : at + length] in _RUNS:
        length += 1
    found = max(same, length - 1, 4 if _YEAR.match(text, at) else 0)
    return found if found >= _SHORTEST_RUN else 0


def _word_at(text: str, at: int, words: dict[str, str], longest: int) -> str:
    """The longest word that begins at `at`, in the spelling of _ALIKE; "" if there is none."""
    alike = text.translate(_ALIKE)
    for end in range(min(at + longest, len(text)), at, -1):
        if alike[at:end] in words:
            return alike[at:end]
    return ""
