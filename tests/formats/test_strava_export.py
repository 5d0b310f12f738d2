"""Strava's activities.csv in every known language and version."""

from datetime import UTC, datetime

import pytest

from milevault_core.formats import read
from milevault_core.formats import strava_export as strava
from milevault_core.formats.strava_dates import date_of
from milevault_core.problems import BadFile

MODERN = ("Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
          "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,"
          "Bike Weight,Elapsed Time,Moving Time,Distance,Media")  # fmt: skip


def table(header: str, *rows: str) -> strava.Table:
    return strava.read_table("\n".join([header, *rows]).encode())


def test_the_modern_table() -> None:
    found = table(MODERN, '7,"May 6, 2018, 5:38:31 PM",Evening,Ride,"two\nlines",100,3.21,150,,TRUE,secret,Old bike,'
                  'activities/9.fit.gz,70,8,100.0,90.0,3214.5,media/a.jpg|media/b.jpg')  # fmt: skip
    (row,) = found.rows
    assert row.file == "activities/9.fit.gz"
    assert row.about == {
        "name": "Evening", "description": "two\nlines", "gear": "Old bike", "private_note": "secret",
        "is_commute": True, "sport": "cycling", "media": ["media/a.jpg", "media/b.jpg"],
    }  # fmt: skip
    assert row.cells["distance_precise"] == "3214.5"


@pytest.mark.parametrize(
    ("language", "sport", "date"),
    [
        ("Aktivitäts-ID|Aktivitätsdatum|Name der Aktivität|Aktivitätstyp|Aktivitätsbeschreibung|Verstrichene Zeit|"
         "Distanz|Max. Herzfrequenz|Relative Leistung|Pendeln|Private Notiz zur Aktivität|"
         "Ausrüstung der Aktivität|Dateiname",
         "Radfahrt", "06.05.2018, 17:38:31"),
        ("ID de l'activité|Date de l'activité|Nom de l'activité|Type d'activité|Description de l'activité|Temps écoulé|"
         "Distance|Fréquence cardiaque maximale|Effort relatif|Trajet|Note privée|Équipement|Nom du fichier",
         "Sortie à vélo", "6 mai 2018 à 17:38:31"),
        ("ID de actividad|Fecha de la actividad|Nombre de la actividad|Tipo de actividad|Descripción de la actividad|"
         "Tiempo transcurrido|Distancia|FC máxima|Esfuerzo|Desplazamiento|Nota privada|Equipamiento|Nombre del archivo",
         "Bicicleta", "6 may 2018, 17:38:31"),
        ("ID attività|Data attività|Nome attività|Tipo attività|Descrizione attività|Tempo trascorso|Distanza|FC max|"
         "Sforzo|Pendolarismo|Nota privata|Attrezzatura|Nome file", "Giro in bici", "6 mag 2018, 17:38:31"),
        ("Activiteits-ID|Datum van activiteit|Naam activiteit|Activiteitstype|Beschrijving|Verstreken tijd|Afstand|"
         "Max. hartslag|Inspanning|Woon-werkrit|Privénotitie|Materiaal|Bestandsnaam", "Fietsrit",
         "6 mei 2018 17:38:31"),
        ("ID da atividade|Data da atividade|Nome da atividade|Tipo de atividade|Descrição da atividade|Tempo decorrido|"
         "Distância|FC máx|Esforço|Deslocamento|Nota privada|Equipamento|Nome do arquivo", "Pedalada",
         "6 de mai. de 2018, 17:38:31"),
        ("アクティビティ ID|アクティビティ日|アクティビティ名|アクティビティタイプ|アクティビティの説明|"
         "経過時間|距離|最大心拍|相対的エフォート|通勤|メモ|機材|ファイル名", "ライド", "2018/05/06 17:38:31"),
        ("一|二|三|四|五|六|七|八|九|十|十一|十二|十三", "Ride", "6/5/2018 17:38:31"),  # an unknown language
    ],
    ids=["German", "French", "Spanish", "Italian", "Dutch", "Portuguese", "Japanese", "unknown"],
)  # fmt: skip
def test_other_languages(language: str, sport: str, date: str) -> None:
    header = language.split("|")
    line = ["7", f'"{date}"', "Rund", sport, "", '"1.234,5"', '"3,21"', "", "", "true", "", "Rad", "activities/9.gpx",
            '"3214,5"']  # fmt: skip
    found = table(",".join([*header, header[6]]), ",".join(line))
    (row,) = found.rows
    assert (row.file, row.about["name"], row.about["gear"]) == ("activities/9.gpx", "Rund", "Rad")
    assert row.about["sport"] == "cycling"
    assert row.about["is_commute"]
    assert date_of(row.cells["date"], found.day_first) == datetime(2018, 5, 6, 17, 38, 31, tzinfo=UTC)
    assert strava.number(row.cells["distance_precise"]) == 3214.5


def test_the_table_of_2018_has_other_columns() -> None:
    header = ("Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
              "Relative Effort,Commute,Activity Gear,Filename")  # fmt: skip
    (row,) = table(
        header, '1,"May 6, 2018, 5:38:31 AM",Lauf,Run,,60,200,,false,Shoe,activities/1.tcx.gz'
    ).rows
    assert (row.about["gear"], row.file, "is_commute" in row.about) == ("Shoe", "activities/1.tcx.gz", False)


@pytest.mark.parametrize("filename", ["", "#error#"])
def test_a_row_without_a_file_is_an_activity_without_points(filename: str) -> None:
    found = table(MODERN, f'7,"May 6, 2018, 5:38:31 PM",By hand,Weight Training,,3600,0,,,,,,{filename},,,3600,3000,0,',
                  '8,"May 7, 2018, 5:38:31 PM",x,Run,,60,1,,,,,,activities/8.fit,,,,,,')  # fmt: skip
    row = found.rows[0]
    assert row.file == ""
    reading = read(strava.row_file(row, found.day_first))
    (made,) = reading.recordings
    assert (reading.kind, len(made.track), made.sport) == ("activity", 0, "strength")
    assert made.start_time == datetime(2018, 5, 6, 17, 38, 31, tzinfo=UTC)
    assert (made.totals["elapsed_s"], made.totals["moving_s"], made.name) == (3600, 3000, "By hand")


def test_a_row_that_says_nothing_is_refused() -> None:
    for broken in (b'{"strava_activity": {"name": "x"}}', b'{"strava_activity": 7}', b'{"strava_activity"'):
        with pytest.raises(BadFile):
            read(broken)


def test_what_is_no_table() -> None:
    for data in (b"", b"a,b\n1,2\n", b"\xff\xfe\x00"):
        assert not strava.is_table(data)
        with pytest.raises(BadFile):
            strava.read_table(data)


def test_an_unknown_sport_keeps_its_own_word() -> None:
    (row,) = table(MODERN, '7,"May 6, 2018, 5:38:31 PM",x,Quidditch,,1,1,,,,,,activities/9.fit').rows
    assert row.about == {"name": "x", "sport_name": "Quidditch"}


def test_gear() -> None:
    bikes = strava.read_gear(b"Bike Name,Bike Brand,Bike Model\nRed,B,M\n,B,M\n,,\nRed,B,M\n", "bike")
    assert [b["name"] for b in bikes] == ["Red", "B M", "Red"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.5", 1234.5), ("1.234,5", 1234.5), ("3,21", 3.21), ("1 234,5", 1234.5), ("", None), ("x", None),
     ("-1", None)],
)  # fmt: skip
def test_numbers(text: str, value: float | None) -> None:
    assert strava.number(text) == value
