"""Words in Strava's bulk export, in the languages in which it is written. They identify columns by their header and
map the names of sports in other languages to Strava's English name."""

# Column -> its headers in all languages, as returned by `key`.
HEADERS = {
    "id": "activity id|aktivitäts-id|id de l'activité|id de actividad|id attività|activiteits-id|id da atividade|"
    "アクティビティ id|activity-id|aktivitets-id|identyfikator aktywności",
    "date": "activity date|aktivitätsdatum|date de l'activité|fecha de la actividad|data attività|"
    "datum van activiteit|data da atividade|アクティビティ日|datum der aktivität|activiteitdatum",
    "name": "activity name|name der aktivität|nom de l'activité|nombre de la actividad|nome attività|"
    "naam activiteit|naam van activiteit|nome da atividade|アクティビティ名",
    "type": "activity type|aktivitätstyp|type d'activité|tipo de actividad|tipo attività|activiteitstype|"
    "type activiteit|tipo de atividade|アクティビティタイプ|アクティビティの種類",
    "description": "activity description|aktivitätsbeschreibung|beschreibung der aktivität|description de l'activité|"
    "descripción de la actividad|descrizione attività|beschrijving activiteit|beschrijving van activiteit|"
    "descrição da atividade|アクティビティの説明",
    "elapsed": "elapsed time|verstrichene zeit|temps écoulé|tiempo transcurrido|tempo trascorso|verstreken tijd|"
    "tempo decorrido|経過時間",
    "distance": "distance|distanz|distancia|distanza|afstand|distância|距離",
    "commute": "commute|pendeln|arbeitsweg|trajet domicile-travail|trajet|desplazamiento|pendolarismo|woon-werkrit|"
    "woon-werkverkeer|deslocamento|trajeto|通勤",
    "private_note": "activity private note|private notiz zur aktivität|note privée de l'activité|"
    "nota privada de la actividad|nota privata attività|privénotitie activiteit|nota privada da atividade|"
    "アクティビティの個人メモ",
    "gear": "activity gear|ausrüstung der aktivität|aktivitätsausrüstung|équipement de l'activité|"
    "equipamiento de la actividad|attrezzatura attività|materiaal activiteit|equipamento da atividade|"
    "アクティビティ機材|アクティビティの機材",
    "filename": "filename|file name|dateiname|nom du fichier|nom de fichier|nombre del archivo|nombre de archivo|"
    "nome file|nome del file|bestandsnaam|nome do arquivo|nome do ficheiro|ファイル名",
    "media": "media|medien|médias|multimedia|contenuti multimediali|mídia|multimédia|メディア",
    "moving": "moving time|bewegungszeit|temps de déplacement|durée de déplacement|tiempo en movimiento|"
    "tempo in movimento|beweegtijd|tempo de movimentação|移動時間",
    "max_heart_rate": "max heart rate|max. herzfrequenz|fréquence cardiaque maximale",
    "avg_heart_rate": "average heart rate|durchschnittliche herzfrequenz|fréquence cardiaque moyenne",
    "ascent": "elevation gain|höhenmeter|höhengewinn|dénivelé positif|desnivel positivo|dislivello|hoogteverschil",
    "descent": "elevation loss|höhenverlust|dénivelé négatif|desnivel negativo",
    "calories": "calories|kalorien|calorías|calorie|calorieën|calorias|カロリー",
}  # fmt: skip
COLUMN_OF = {word: column for column, words in HEADERS.items() for word in words.split("|")}

# Strava's English name of a sport -> its names in German, French, Spanish, Italian, Dutch, Portuguese, Japanese.
SPORTS = {
    "Run": "lauf|course à pied|carrera|corsa|hardloopsessie|hardlopen|corrida|ラン|ランニング",
    "Trail Run": "traillauf|trail|carrera de montaña|corsa in montagna|trailrun|corrida em trilha|トレイルラン",
    "Virtual Run": "virtueller lauf|course à pied virtuelle|carrera virtual|corsa virtuale|virtuele hardloopsessie",
    "Ride": "radfahrt|sortie à vélo|sortie vélo|vélo|bicicleta|pedalada|giro in bici|pedalata|giro|rit|fietsrit|"
    "pedalata in bici|ライド|サイクリング",
    "Virtual Ride": "virtuelle radfahrt|virtuelles radfahren|vélo virtuel|sortie à vélo virtuelle|ciclismo virtual|"
    "pedalada virtual|pedalata virtuale|virtuele rit|バーチャルライド",
    "Mountain Bike Ride": "mountainbike-fahrt|mountainbike|vtt|sortie en vtt|bicicleta de montaña|"
    "giro in mountain bike|mountainbikerit",
    "Gravel Ride": "gravel-fahrt|sortie gravel|gravelrit|ruta en gravel",
    "E-Bike Ride": "e-bike-fahrt|vélo électrique|bicicleta eléctrica|giro su e-bike|e-bikerit|eバイクライド",
    "Swim": "schwimmen|natation|natación|nuoto|zwemmen|natação|スイム|水泳",
    "Walk": "spaziergang|marche|caminata|camminata|wandeling|caminhada|ウォーク|ウォーキング",
    "Hike": "wanderung|randonnée|senderismo|escursione|escursionismo|hike|trilha|ハイキング|ハイク",
    "Weight Training": "gewichttraining|gewichtstraining|krafttraining|musculation|entraînement aux poids|"
    "entrenamiento con pesas|pesistica|sollevamento pesi|gewichttraining|musculação|ウェイトトレーニング",
    "Workout": "training|entraînement|entrenamiento|allenamento|work-out|treino|ワークアウト",
    "Yoga": "yoga|ヨガ",
    "Rowing": "rudern|aviron|remo|canottaggio|roeien|ローイング",
    "Nordic Ski": "skilanglauf|ski de fond|esquí de fondo|sci di fondo|langlaufen|esqui nórdico",
    "Alpine Ski": "ski alpin|skifahren|esquí alpino|sci alpino|alpineskiën|esqui alpino",
    "Backcountry Ski": "skitour|ski de randonnée|esquí de travesía|sci alpinismo|toerskiën",
    "Snowboard": "snowboarden|planche à neige|snowboard",
    "Ice Skate": "eislaufen|patinage|patinaje sobre hielo|pattinaggio su ghiaccio|schaatsen",
    "Inline Skate": "inlineskaten|roller|patinaje en línea|pattinaggio in linea|inlineskaten",
    "Rock Climbing": "klettern|escalade|escalada en roca|arrampicata|rotsklimmen|escalada",
    "Kayaking": "kajakfahren|kajak|kayak|caiaque",
    "Canoeing": "kanufahren|canoë|canoa|kanoën|canoagem",
    "Stand Up Paddling": "stand-up-paddling|stand up paddle|paddle surf",
    "Elliptical": "crosstrainer|elliptique|elíptica|ellittica",
    "Stair-Stepper": "stepper|simulateur d'escaliers|escaladora",
    "Soccer": "fußball|football|fútbol|calcio|voetbal|futebol|サッカー",
    "Golf": "golf|ゴルフ",
}  # fmt: skip
SPORT_OF = {word: english for english, words in SPORTS.items() for word in words.split("|")}

YES = frozenset(("true", "1", "yes", "ja", "oui", "sí", "si", "sì", "sim", "はい", "wahr", "vrai"))


def key(text: str) -> str:
    """A header or sport in the form used for lookup: single spaces, one kind of apostrophe, lower case."""
    return " ".join(text.replace("\ufeff", "").replace("’", "'").split()).lower()
