"""The dates of Strava's list of activities, as each language writes them."""

from datetime import UTC, datetime

import pytest

from milevault_core.formats.strava_dates import date_of, is_day_first

# 6 May 2018, 17:38:31, in short and long form.
WRITTEN = {
    "en-US": "May 6, 2018, 5:38:31 PM|May 6, 2018, 5:38:31\u202fPM|May 6, 2018 at 5:38:31 PM",
    "en-GB": "6 May 2018, 17:38:31|06/05/2018, 17:38:31|6 May 2018 at 17:38:31",
    "en-AU": "6 May 2018, 5:38:31 pm",
    "de": "06.05.2018, 17:38:31|6. Mai 2018 um 17:38:31",
    "fr": "6 mai 2018 à 17:38:31|6 mai 2018, 17:38:31",
    "fr-CA": "6 mai 2018, 17 h 38 min 31 s",
    "es": "6 may 2018, 17:38:31|6 may. 2018 17:38:31|6 de mayo de 2018 a las 17:38:31",
    "es-419": "6 may. 2018, 5:38:31 p. m.|6 may 2018, 5:38:31\u00a0p.\u00a0m.|6 may 2018 5:38:31 p.m.",
    "it": "6 mag 2018, 17:38:31|6 maggio 2018, 17:38:31",
    "nl": "6 mei 2018 17:38:31|6 mei 2018 om 17:38:31",
    "pt-BR": "6 de mai. de 2018, 17:38:31|6 de maio de 2018 às 17:38:31",
    "pt-PT": "06/05/2018, 17:38:31|6 de mai. de 2018, 17:38:31",
    "ru": "6 мая 2018 г., 17:38:31|6 май 2018, 17:38:31|6 мая 2018 г. в 17:38:31|06.05.2018, 17:38:31",
    "uk": "6 трав. 2018 р., 17:38:31|6 травня 2018 р. о 17:38:31",
    "bg": "6.05.2018 г., 17:38:31|6 май 2018 г., 17:38:31",
    "pl": "6 maj 2018, 17:38:31|6 maja 2018 17:38:31",
    "cs": "6. 5. 2018 17:38:31|6. května 2018 v 17:38:31",
    "hu": "2018. máj. 6. 17:38:31|2018. május 6. 17:38:31",
    "ro": "6 mai 2018, 17:38:31",
    "el": "6 Μαΐ 2018, 5:38:31 μ.μ.|6 Μαΐου 2018, 5:38:31 μ.μ.",
    "tr": "6 May 2018 17:38:31|6 Mayıs 2018 17:38:31",
    "da": "6. maj 2018 17.38.31|6. maj 2018 kl. 17.38.31|06.05.2018 17.38.31",
    "nb": "6. mai 2018, 17:38:31|6. mai 2018 kl. 17:38:31",
    "sv": "6 maj 2018 17:38:31|6 maj 2018 kl. 17:38:31",
    "fi": "6.5.2018 klo 17.38.31|6. toukokuuta 2018 klo 17.38.31|6.5.2018 17.38.31",
    "id": "6 Mei 2018 17.38.31|6 Mei 2018 pukul 17.38.31",
    "ja": "2018/05/06 17:38:31|2018/05/06 午後5:38:31|2018年5月6日 17時38分31秒",
    "ko": "2018. 5. 6. 오후 5:38:31|2018년 5월 6일 오후 5:38:31|2018년 5월 6일 오후 5시 38분 31초",
    "zh-CN": "2018年5月6日 17:38:31|2018年5月6日 下午5:38:31|2018-5-6 17:38:31",
    "zh-TW": "2018年5月6日 下午5:38:31|2018/5/6 下午5:38:31",
    "hi": "6 मई 2018, 5:38:31 pm",
}
CASES = [(language, text) for language, texts in WRITTEN.items() for text in texts.split("|")]

MORNINGS = [
    "May 6, 2018, 12:08:31 AM", "May 6, 2018, 12:08:31AM", "6 may 2018, 12:08:31 a. m.", "2018. 5. 6. 오전 12:08:31",
    "2018年5月6日 上午12:08:31", "2018年5月6日 凌晨12:08:31", "2018/05/06 午前0:08:31", "6 Μαΐ 2018, 12:08:31 π.μ.",
]  # fmt: skip
NOONS = [
    "May 6, 2018, 12:08:31 PM", "May 6, 2018, 12:08:31pm", "am 6. Mai 2018 um 12:08:31",
    "6 may 2018, 12:08:31 p. m.", "2018. 5. 6. 오후 12:08:31",
    "2018年5月6日 下午12:08:31", "2018年5月6日 中午12:08:31",
]  # fmt: skip

# January to December, as written after a day: in short, then in full.
MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "de": "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "es": "ene feb mar abr may jun jul ago sept oct nov dic",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "nl in full": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
    "ru": "янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.",
    "ru in full": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ru alone": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "uk": "січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.",
    "uk in full": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "pl": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "pl in full": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "cs": "led úno bře dub kvě čvn čvc srp zář říj lis pro",
    "cs in full": "ledna února března dubna května června července srpna září října listopadu prosince",
    "cs alone": "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "hu": "jan. febr. márc. ápr. máj. jún. júl. aug. szept. okt. nov. dec.",
    "ro": "ian. feb. mar. apr. mai iun. iul. aug. sept. oct. nov. dec.",
    "ro in full": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "el": "Ιαν Φεβ Μαρ Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ",
    "el in full": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου "
    "Νοεμβρίου Δεκεμβρίου",
    "tr": "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    "tr in full": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "da": "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
    "nb": "jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.",
    "sv": "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.",
    "fi": "tammik. helmik. maalisk. huhtik. toukok. kesäk. heinäk. elok. syysk. lokak. marrask. jouluk.",
    "fi in full": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta "
    "lokakuuta marraskuuta joulukuuta",
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des",
    "hi": "जन॰ फ़र॰ मार्च अप्रैल मई जून जुल॰ अग॰ सित॰ अक्टू॰ नव॰ दिस॰",
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), CASES, ids=[f"{language} {text}" for language, text in CASES])
def test_a_date_of_each_language(language: str, text: str) -> None:
    is_first = is_day_first([text])
    assert date_of(text, is_first) == datetime(2018, 5, 6, 17, 38, 31, tzinfo=UTC)


@pytest.mark.parametrize("text", MORNINGS)
def test_just_after_midnight(text: str) -> None:
    assert date_of(text, False) == datetime(2018, 5, 6, 0, 8, 31, tzinfo=UTC)


@pytest.mark.parametrize("text", NOONS)
def test_just_after_noon(text: str) -> None:
    assert date_of(text, False) == datetime(2018, 5, 6, 12, 8, 31, tzinfo=UTC)


@pytest.mark.parametrize("language", MONTHS)
def test_every_month_of_a_language(language: str) -> None:
    found = [date_of(f"6 {word} 2018 17:38:31", True) for word in MONTHS[language].split()]
    assert found == [datetime(2018, number, 6, 17, 38, 31, tzinfo=UTC) for number in range(1, 13)]


@pytest.mark.parametrize(
    ("text", "day"),
    [("06.05.2018", 6), ("06.05.18", 6), ("2018.05.06", 6), ("May 6, 2018", 6), ("2018-05-06", 6)],
)
def test_a_day_alone_has_no_time(text: str, day: int) -> None:
    assert date_of(text, True) == datetime(2018, 5, day, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "17:38:31", "6 Foo 2018", "31.02.2018 17:38", "May 6", "6. maj"]
)
def test_what_is_no_date(text: str) -> None:
    assert date_of(text, True) is None
