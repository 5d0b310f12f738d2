"""Names of sports as phones write them in their own language: the words of Strava, OpenTracks, Komoot, Garmin, Polar,
Suunto and Samsung in French, Spanish, Portuguese, Italian, German, Dutch, Swedish, Norwegian, Danish, Finnish, Polish,
Czech, Russian, Japanese, Chinese and Korean, and the most common ones in some more languages.
"""

from functools import cache

from milevault_core.sports.words import word_key

_TABLE = """
running: course à pied; course; footing; course sur route; jogging; carrera; carrera a pie; correr; carrera en exterior; corrida; corrida ao ar livre; corsa; corsa su strada; corsa all'aperto; laufen; lauf; joggen; straßenlauf; hardlopen; buiten hardlopen; löpning; löpa; løping; løb; løpe; juoksu; juokseminen; bieganie; bieg; běh; běhání; бег; бег на улице; пробежка; ランニング; ラン; ジョギング; 屋外ランニング; 跑步; 户外跑步; 戶外跑步; 跑; 慢跑; 달리기; 러닝; 조깅; 실외 달리기; courir; correndo; carrera de calle; corrida de rua; dauerlauf; außenlauf; freiluftlauf; løpetur; ulkojuoksu; utomhuslöpning; ラン; 路跑; futás; alergare; koşu; τρέξιμο; біг; chạy bộ; trčanje; lenkki; lenkkeily; hölkkä; hölkkääminen
running trail: trail; course en sentier; course nature; carrera de montaña; carrera por montaña; trail de montaña; corrida em trilha; corrida de trilha; corsa in montagna; corsa su sentiero; traillauf; geländelauf; trailrennen; trailhardlopen; terränglöpning; stigløping; terrengløping; polkujuoksu; bieg terenowy; bieganie przełajowe; bieg przełajowy; terénní běh; běh v terénu; běh v přírodě; трейлраннинг; бег по пересеченной местности; трейл; トレイルランニング; トレイルラン; 越野跑; 越野跑步; 트레일 러닝; 트레일 런; course de trail; correr en montaña; skogsløp; トレラン; 越野赛跑; 트레일러닝
running treadmill: tapis de course; course sur tapis; tapis roulant; cinta de correr; carrera en cinta; cinta; esteira; corrida na esteira; corsa su tapis roulant; laufband; laufbandtraining; loopband; löpband; tredemølle; løbebånd; juoksumatto; bieżnia; bieganie na bieżni; běžecký pás; běh na pásu; беговая дорожка; бег на дорожке; トレッドミル; ランニングマシン; 跑步机; 跑步機; 트레드밀; 러닝머신
running indoor_running: course en salle; course en intérieur; carrera interior; carrera en interior; corrida indoor; corsa indoor; hallenlauf; indoor hardlopen; 室内跑步; 室內跑步; 室内ランニング; 실내 달리기
cycling: vélo; cyclisme; sortie vélo; sortie à vélo; balade à vélo; bicyclette; ciclismo; bicicleta; bici; paseo en bici; vuelta en bici; pedalada; ciclismo ao ar livre; ciclismo all'aperto; giro in bici; bicicletta; uscita in bici; radfahren; rad; radfahrt; fahrradfahren; fahrrad; radtour; radeln; velo fahren; velofahren; fietsen; fiets; fietstocht; wielrennen; cykling; cykla; cykel; sykling; sykkel; sykle; cykeltur; pyöräily; pyörä; jazda na rowerze; kolarstwo; przejażdżka rowerowa; cyklistika; kolo; jízda na kole; велоспорт; велосипед; езда на велосипеде; велопрогулка; велозаезд; サイクリング; 自転車; 屋外サイクリング; ライド; 骑行; 騎行; 自行车; 自行車; 单车; 單車; 骑自行车; 騎自行車; 户外骑行; 戶外騎行; 自转车; 자전거; 자전거 타기; 사이클링; 라이딩; 실외 자전거; pedalar; andar en bicicleta; andar de bicicleta; andare in bici; fahrradtour; sykkeltur; utesykling; ulkopyöräily; велопробег; катание на велосипеде; ロードライド; 自行车运动; kerékpározás; ciclism; bisiklet; ποδηλασία; їзда на велосипеді; biciklizam; rowerowanie
cycling road: vélo de route; cyclisme sur route; ciclismo de carretera; ciclismo en ruta; bicicleta de carretera; ciclismo de estrada; bicicleta de estrada; bici da corsa; ciclismo su strada; rennrad; rennradfahren; racefiets; racefietsen; wegwielrennen; landsvägscykling; landevejscykling; landeveissykling; maantiepyöräily; kolarstwo szosowe; rower szosowy; silniční kolo; silniční cyklistika; шоссейный велосипед; шоссейный велоспорт; ロードバイク; ロードサイクリング; 公路骑行; 公路自行车; 公路車; 公路自行車; 도로 자전거; 로드 사이클링
cycling mountain: vtt; vélo tout terrain; bicicleta de montaña; ciclismo de montaña; bici de montaña; mountain bike; bicicleta de montanha; ciclismo de montanha; ciclismo montano; mountainbike; mountainbiken; mountainbiking; terrängcykling; terrengsykling; maastopyöräily; kolarstwo górskie; rower górski; horské kolo; horská kola; jízda na horském kole; горный велосипед; маунтинбайк; マウンテンバイク; mtb; 山地自行车; 山地骑行; 登山車; 越野單車; 山地自行車; 산악자전거; 산악 자전거; 산악 사이클링; vélo de montagne; btt; 山地车; 登山车
cycling gravel_cycling: gravel; vélo gravel; gravier; ciclismo de grava; gravelbike; gravel biken; グラベルライド; グラベル; 砾石骑行; 砾石公路骑行; гравел; 그래블 라이딩
cycling indoor_cycling: vélo d'intérieur; vélo en salle; vélo d'appartement; home trainer; ciclismo en interior; ciclismo indoor; bicicleta estática; bicicleta indoor; bicicleta ergométrica; cyclette; indoor cycling; hometrainer; heimtrainer; indoorcycling; binnen fietsen; inomhuscykling; motionscykel; ergometersykkel; sisäpyöräily; kuntopyörä; rower stacjonarny; rower treningowy; kolarstwo halowe; rotoped; велотренажер; インドアサイクリング; エアロバイク; 室内骑行; 室內騎行; 动感单车; 飛輪; 室内自行车; 실내 자전거; 실내 사이클링
cycling virtual_activity: vélo virtuel; sortie virtuelle; ciclismo virtual; ciclismo virtuale; virtuelle radfahrt; virtuelles radfahren; virtueel fietsen; virtuell cykling; виртуальный заезд; バーチャルライド; 虚拟骑行; 虛擬騎行; 가상 라이딩
running virtual_activity: course virtuelle; carrera virtual; corrida virtual; corsa virtuale; virtueller lauf; virtuele hardloopsessie; виртуальный забег; バーチャルラン; 虚拟跑步; 虛擬跑步; 가상 달리기
e_biking: vélo électrique; vélo à assistance électrique; vae; bicicleta eléctrica; bici eléctrica; bicicleta elétrica; bici elettrica; elektrofahrrad; e-bike; e-bike-fahrt; elektrische fiets; elcykel; elsykkel; sähköpyöräily; sähköpyörä; rower elektryczny; elektrokolo; электровелосипед; eバイク; 電動自転車; 电动自行车; 電動自行車; 电动骑行; 전기자전거; 전기 자전거
e_biking e_bike_mountain: vtt électrique; vttae; e-mtb; e-mountainbike; bicicleta de montaña eléctrica; elektro-mountainbike
swimming: natation; nage; natación; nadar; natação; nuoto; schwimmen; zwemmen; simning; simma; svømming; svømning; uinti; pływanie; plavání; плавание; 水泳; スイミング; スイム; 游泳; 수영; úszás; înot; yüzme; κολύμβηση; плавання; プール水泳; plivanje
swimming lap_swimming: natation en piscine; piscine; natación en piscina; piscina; natação em piscina; nuoto in piscina; nuoto vasca; bahnenschwimmen; schwimmbad; beckenschwimmen; schwimmbadschwimmen; zwembad; baantjes zwemmen; banezwemmen; bassängsim; simbassäng; bassengsvømming; svømmebassin; allasuinti; pływanie w basenie; basen; plavání v bazénu; bazén; плавание в бассейне; бассейн; プールスイム; プール; 泳池游泳; 池泳; 泳池; 수영장; 실내 수영; bassängsimning; zwemmen in zwembad; svømning i pool; uinti altaassa; pływanie na basenie; 실내 수영장
swimming open_water: nage en eau libre; eau libre; natation en eau libre; aguas abiertas; natación en aguas abiertas; águas abertas; natação em águas abertas; acque libere; nuoto in acque libere; freiwasser; freiwasserschwimmen; open water zwemmen; buitenwater zwemmen; öppet vatten; åpent vann; åbent vand; svømning i åbent vand; avovesi; avovesiuinti; wody otwarte; pływanie na wodach otwartych; otevřená voda; plavání v otevřené vodě; открытая вода; плавание на открытой воде; オープンウォータースイミング; オープンウォーター; 公开水域游泳; 公开水域; 開放水域; 開放水域游泳; 야외 수영; 오픈 워터; 오픈워터 수영; openwaterzwemmen; simning i öppet vatten; svømming i åpent vann; плавание в открытой воде
walking: marche; marche à pied; promenade; balade; caminata; caminar; andar; paseo; caminhada; caminhar; passeggiata; camminata; camminare; gehen; spaziergang; spazieren; spazierengehen; walken; zu fuß; wandeling; wandelen; promenad; gång; gå; gåtur; gang; kävely; spacer; chodzenie; marsz; chůze; procházka; ходьба; прогулка; ウォーキング; 散歩; 散步; 步行; 走路; 健走; 徒步行走; 户外步行; 戶外步行; 걷기; 산책; 워킹; 실외 걷기; marche rapide; utomhuspromenad; ulkokävely; пешая прогулка; 걷기 운동; séta; mers pe jos; yürüyüş; περπάτημα; хода; hodanje
walking: marche nordique; marcha nórdica; caminhada nórdica; camminata nordica; nordic walking; nordic-walking; stavgång; stavgang; sauvakävely; nordic-walking; nordic walking; severská chůze; скандинавская ходьба; ノルディックウォーキング; 北欧式健走; 北歐健走; 노르딕 워킹
hiking: randonnée; rando; randonnée pédestre; randonnée à pied; senderismo; excursionismo; excursión; trekking; caminhada na natureza; trilha; escursionismo; escursione; wandern; wanderung; bergwandern; bergwanderung; bergtour; trektocht; hiken; vandring; vandra; fottur; fjelltur; tur; vandretur; vaellus; retkeily; patikointi; wędrówka; wędrówka piesza; piesza wędrówka; wycieczka piesza; turystyka piesza; turistika; pěší turistika; поход; пеший поход; хайкинг; треккинг; ハイキング; 登山; 山歩き; トレッキング; 徒步; 徒步旅行; 远足; 遠足; 健行; 登山健行; 爬山; 하이킹; 등산; 트레킹; 도보 여행; caminhada de montanha; wandeltocht; túra; пешие походы; drumeție; doğa yürüyüşü; πεζοπορία; похід
mountaineering: alpinisme; alpinismo; montañismo; montanhismo; bergsteigen; bergbeklimmen; alpinisme; alpinism; fjellklatring; bjergbestigning; vuorikiipeily; wspinaczka górska; alpinizm; horolezectví; альпинизм; アルパインクライミング; via ferrata; klettersteig; hochtour
snowshoeing: raquettes; raquette à neige; raquettes à neige; raquetas de nieve; raquetas; caminhada na neve; ciaspole; ciaspolata; racchette da neve; schneeschuhwandern; schneeschuh; schneeschuhlaufen; sneeuwschoenwandelen; snöskor; truger; snesko; lumikenkäily; rakiety śnieżne; sněžnice; снегоступы; スノーシュー; 雪鞋健行; 雪鞋徒步; 설피; 스노슈잉
cross_country_skiing: ski de fond; ski nordique; esquí de fondo; esquí nórdico; esqui de fundo; esqui nórdico; sci di fondo; sci nordico; skilanglauf; langlauf; langlaufen; längdskidåkning; längdskidor; längdåkning; langrenn; langrend; hiihto; murtomaahiihto; narciarstwo biegowe; biegówki; biegi narciarskie; běžky; běh na lyžích; běžecké lyžování; лыжи; беговые лыжи; лыжные гонки; クロスカントリースキー; 越野滑雪; 크로스컨트리 스키
alpine_skiing: ski; ski alpin; ski de piste; esquí; esquí alpino; esqui; esqui alpino; sci; sci alpino; skifahren; ski fahren; alpinski; skiën; alpineskiën; alpine skiën; skidåkning; utförsåkning; slalåm; alpint; skiløb; stå på ski; laskettelu; alppihiihto; narciarstwo; narty; narciarstwo zjazdowe; narciarstwo alpejskie; lyžování; sjezdové lyžování; горные лыжи; スキー; アルペンスキー; 滑雪; 高山滑雪; 双板滑雪; 雙板滑雪; 스키; 알파인 스키
alpine_skiing backcountry: ski de randonnée; esquí de montaña; esquí de travesía; esqui de montanha; sci alpinismo; scialpinismo; skitour; skitouren; skitourengehen; toerskiën; topptur; turskidåkning; randonee; skialpinismus; skituring; skituring; ски-тур; скитур; バックカントリースキー; 山スキー; 野外滑雪; 백컨트리 스키
snowboarding: surf des neiges; snowboard; snowboarden; snowboardåkning; snowboarding; lumilautailu; snowboarding; snowboardování; сноуборд; сноубординг; スノーボード; 单板滑雪; 單板滑雪; 滑雪板; 스노보드; 스노우보드
ice_skating: patinage; patinage sur glace; patin à glace; patinaje sobre hielo; patinaje; patinação no gelo; patinagem no gelo; pattinaggio su ghiaccio; pattinaggio; eislaufen; schlittschuhlaufen; schaatsen; skridskoåkning; skridskor; skøyter; skøytegåing; skøjteløb; luistelu; łyżwiarstwo; łyżwy; bruslení; катание на коньках; коньки; アイススケート; スケート; 滑冰; 溜冰; 스케이팅; 아이스 스케이팅
inline_skating: roller; rollers; patinage à roulettes; patin à roues alignées; patinaje en línea; patines en línea; patinação inline; pattinaggio in linea; inlineskaten; inlineskating; inline-skaten; skeeleren; skaten; inlines; inlineåkning; rulleskøyter; rulleskøjteløb; rullaluistelu; rolki; jazda na rolkach; inline bruslení; kolečkové brusle; роликовые коньки; ролики; インラインスケート; 轮滑; 輪滑; 直排轮; 直排輪; 인라인 스케이트
rowing: aviron; rameur; remo; canottaggio; rudern; roeien; rodd; roning; soutu; wioślarstwo; veslování; гребля; академическая гребля; ローイング; ボート漕ぎ; 划船; 赛艇; 賽艇; 조정; 로잉
kayaking: kayak; kajak; kajakfahren; kajakken; kayak de mer; caiaque; kajakpaddling; kajakkpadling; kajakroning; melonta; kajakarstwo; каяк; каякинг; байдарка; カヤック; カヤッキング; 皮划艇; 皮艇; 獨木舟; 카약; 카야킹
canoeing: canoë; canoe; canoa; kanu; kanufahren; kano; kanovaren; kanoën; kanot; kano; kanotpaddling; kanootti; kanoistyka; kánoe; каноэ; カヌー; 独木舟; 카누
stand_up_paddleboarding: stand-up paddle; planche à rame; paddle surf; surf de remo; stand-up-paddling; stehpaddeln; suppen; sup-bräda; sup-lautailu; paddleboard; сапсерфинг; сап; sup; スタンドアップパドル; 立式桨板; 桨板; 立槳; 立式划槳; 패들보드; 스탠드업 패들링
sailing: voile; vela; navegación a vela; segeln; zeilen; segling; seiling; sejlads; sejlsport; purjehdus; żeglarstwo; żeglowanie; plachtění; jachting; парусный спорт; парус; セーリング; ヨット; 帆船; 航海; 요트; 세일링
windsurfing: planche à voile; windsurf; windsurfen; vindsurfing; purjelautailu; виндсерфинг; ウィンドサーフィン; 风帆冲浪; 風帆; 윈드서핑
kitesurfing: kitesurf; kitesurfen; leijalautailu; кайтсерфинг; カイトサーフィン; 风筝冲浪; 風箏衝浪; 카이트서핑
surfing: surf; surfen; surfing; lainelautailu; серфинг; サーフィン; 冲浪; 衝浪; 서핑
diving: plongée; plongée sous-marine; buceo; submarinismo; mergulho; immersione; immersioni; tauchen; duiken; dykning; dykking; sukellus; nurkowanie; potápění; дайвинг; ダイビング; スキューバダイビング; 潜水; 潛水; 다이빙; 스쿠버 다이빙
strength: musculation; entraînement de force; renforcement musculaire; entrenamiento de fuerza; fuerza; pesas; musculación; musculação; treino de força; allenamento forza; pesi; palestra; krafttraining; kraft; gewichtheben; krachttraining; styrketräning; styrketrening; styrketræning; voimaharjoittelu; kuntosali; trening siłowy; siłownia; posilování; silový trénink; posilovna; силовая тренировка; тренажерный зал; 筋トレ; 筋力トレーニング; ウエイトトレーニング; ウェイトトレーニング; 力量训练; 重量訓練; 肌力訓練; 근력 운동; 웨이트 트레이닝; 근력 강화 운동; allenamento della forza; силовые тренировки; 力量訓練
fitness: entraînement; séance d'entraînement; entrenamiento; treino; allenamento; training; träning; trening; træning; harjoitus; treenaus; trening; trénink; cvičení; тренировка; ワークアウト; トレーニング; 体能训练; 锻炼; 健身; 訓練; 운동; 피트니스
fitness cardio_training: cardio; entraînement cardio; cardiotraining; кардио; 有氧运动; 有氧運動; カーディオ; 유산소 운동
hiit: hiit; fractionné; intervalltraining; intervaltraining; 高强度间歇训练; 高強度間歇訓練
elliptical: elliptique; vélo elliptique; elíptica; elíptico; ellittica; crosstrainer; ellipsentrainer; ellipstrainer; crosstrainern; crosstrener; orbitrek; eliptický trenažér; эллипс; эллиптический тренажер; エリプティカル; クロストレーナー; 椭圆机; 橢圓機; 일립티컬; 일립티컬 머신
stair_climbing: escaliers; montée d'escaliers; simulateur d'escalier; escaleras; subir escaleras; escada; scale; treppensteigen; stepper; traplopen; trappor; schody; степпер; 階段昇降; 爬楼梯; 登楼; 爬樓梯; 계단 오르기
yoga: йога; ヨガ; 瑜伽; 瑜珈; 요가; joga; jóga; jooga
pilates: пилатес; ピラティス; 普拉提; 皮拉提斯; 필라테스
meditation: méditation; meditación; meditação; meditazione; meditatie; medytacja; meditace; медитация; 瞑想; 冥想; 명상
dance: danse; baile; dança; danza; ballo; tanzen; tanz; dansen; dans; tanssi; taniec; tanec; танцы; ダンス; 舞蹈; 댄스
rock_climbing: escalade; escalada; arrampicata; klettern; klimmen; klättring; klatring; kiipeily; wspinaczka; lezení; скалолазание; クライミング; 攀岩; 클라이밍; 암벽 등반
rock_climbing bouldering: bloc; escalade de bloc; bulder; bouldern; boulderen; ボルダリング; 抱石; 볼더링; боулдеринг
racket_sports tennis: tenis; tênis; ténis; теннис; テニス; 网球; 網球; 테니스
racket_sports badminton: bádminton; бадминтон; バドミントン; 羽毛球; 배드민턴
racket_sports table_tennis: tennis de table; ping-pong; tenis de mesa; tischtennis; tafeltennis; bordtennis; tenis stołowy; stolní tenis; настольный теннис; 卓球; 乒乓球; 桌球; 탁구
racket_sports squash: сквош; スカッシュ; 壁球; 스쿼시
ball_sports soccer: fútbol; futebol; calcio; fußball; voetbal; fotboll; fotball; fodbold; jalkapallo; piłka nożna; fotbal; футбол; サッカー; 足球; 축구
ball_sports basketball: baloncesto; basquete; basquetebol; pallacanestro; koripallo; koszykówka; basketbal; баскетбол; バスケットボール; 篮球; 籃球; 농구
ball_sports volleyball: vóleibol; voleibol; vôlei; pallavolo; volleybal; lentopallo; siatkówka; volejbal; волейбол; バレーボール; 排球; 배구
ball_sports handball: balonmano; handebol; andebol; pallamano; handbal; handboll; håndball; håndbold; käsipallo; piłka ręczna; házená; гандбол; ハンドボール; 手球; 핸드볼
martial_arts boxing: boxe; boxeo; boxen; boksen; boks; nyrkkeily; box; бокс; ボクシング; 拳击; 拳擊; 복싱
golf: гольф; ゴルフ; 高尔夫; 高爾夫; 高尔夫球; 골프; golfe
horseback_riding: équitation; équitation à cheval; cheval; equitación; equitação; hipismo; equitazione; reiten; reitsport; paardrijden; ridning; ratsastus; jazda konna; jeździectwo; jízda na koni; верховая езда; конный спорт; 乗馬; 骑马; 騎馬; 승마
wheelchair: fauteuil roulant; silla de ruedas; cadeira de rodas; sedia a rotelle; rollstuhl; rolstoel; rullstol; rullestol; kørestol; pyörätuoli; wózek inwalidzki; invalidní vozík; инвалидная коляска; 車椅子; 车いす; 轮椅; 輪椅; 휠체어
fishing: pêche; pesca; angeln; vissen; fiske; fiskeri; kalastus; wędkarstwo; rybaření; рыбалка; 釣り; 钓鱼; 釣魚; 낚시
flying: vol; vuelo; voo; volo; fliegen; fluggleiten; vliegen; flygning; flyvning; lento; latanie; létání; полет
flying fly_paraglide: parapente; parapendio; gleitschirmfliegen; gleitschirm; paragliding; paralotniarstwo; парапланеризм; パラグライダー; 滑翔伞; 滑翔傘; 패러글라이딩
motor_sports driving: voiture; conduite; coche; conducir; carro; dirigir; auto; guidare; autofahren; autofahrt; autorijden; bil; bilkörning; kjøring; kørsel; ajo; samochód; jazda samochodem; řízení; авто; автомобиль; вождение; 運転; ドライブ; 车; 駕車; 驾车; 开车; 운전
motor_sports motorcycling: moto; motocyclisme; motocicleta; motociclismo; motorrad; motorradfahren; motorfiets; motorrijden; motorcykel; motorsykkel; moottoripyörä; motocykl; мотоцикл; バイク; オートバイ; 摩托车; 摩托車; 오토바이
multisport triathlon: triatlón; triatlo; triathlon; triatlon; триатлон; トライアスロン; 铁人三项; 鐵人三項; 트라이애슬론; 철인 3종
skateboarding: planche à roulettes; monopatín; скейтборд; скейтбординг; スケートボード; 滑板; 스케이트보드; deskorolka
snorkeling: plongée avec tuba; esnórquel; schnorcheln; snorkelen; snorkling; сноркелинг; シュノーケリング; 浮潜; 浮潛; 스노클링
running: sortie course; sortie running; løbetur; løpetur; löptur; löprunda; bieg poranny; бігати; біг; бягане; трчање; trčanje; tek; ריצה; الجري; جري; دویدن; วิ่ง; lari; berlari; chạy bộ; दौड़; koşu; alergare; τρέξιμο; futás; jooksmine; bėgimas; skriešana
running trail: sortie trail; trailloop; trailløp; terrengløp; bieganie terenowe; bieg górski; terepfutás
running treadmill: course sur tapis roulant; courir sur tapis; futópad; koşu bandı
cycling: à vélo; en vélo; faire du vélo; jazda rowerem; wycieczka rowerowa; 骑车; 騎車; bisiklet; kerékpározás; ποδηλασία; biciklizam; kolesarjenje; колоездене; їзда на велосипеді; велосипедний спорт; רכיבה על אופניים; ركوب الدراجات; ركوب الدراجة; دوچرخه سواری; ปั่นจักรยาน; bersepeda; đạp xe; साइकिलिंग; ciclism; jalgrattasõit; dviračių sportas; riteņbraukšana
cycling road: straßenrad; rennradtour; strassenrad
cycling mountain: mtb-tour; mountainbiketour
cycling indoor_cycling: bicicleta estacionária; bici estática; ciclismo interior; ergometer fahren
hiking: caminhada em trilha; trilhas; wandelen in de bergen; bergwandelen; piesza wycieczka; wycieczka piesza; wędrówka górska; turistika; pěší výlet; túrázás; gyalogtúra; drumeție; πεζοπορία; doğa yürüyüşü; піший похід; туризм; טיול רגלי; التنزه; التنزه سيرا على الأقدام; เดินป่า; mendaki; đi bộ đường dài; planinarjenje; pohodništvo; planinarenje
walking: gange; spasertur; søndagstur; séta; gyaloglás; mers pe jos; περπάτημα; yürüyüş; прогулянка; ходіння; ходене; הליכה; المشي; مشي; پیاده روی; เดิน; jalan kaki; berjalan; đi bộ; hoja; hodanje
swimming: nager; nuotare; nadar en piscina; плуване; שחייה; السباحة; سباحة; شنا; ว่ายน้ำ; renang; berenang; bơi lội; plavanje; plivanje
swimming open_water: zwemmen in open water; pływanie na otwartym akwenie; pływanie w wodach otwartych; 开放水域游泳; 開放水域游泳; 오픈 워터 수영; 오픈워터 수영; 야외 수영; nyíltvízi úszás; плавання у відкритій воді
swimming lap_swimming: プールスイミング; 풀 수영; 수영장 수영; medenceúszás
cross_country_skiing: esqui cross-country; maastohiihto; murtomaahiihto; sífutás; schi fond; bieg na nartach; narty biegowe; běžecké lyžování
alpine_skiing: slalom; sjezd; síelés; schi; kayak sporu
alpine_skiing backcountry: toppturer; topptur; skialp; skitury; skitour gehen; narciarstwo skiturowe; turno smučanje
rowing: roing; evezés; kürek
rowing indoor_rowing: rudergerät; rudermaschine; ruderergometer; roeimachine; roeitrainer; rameur d'intérieur; máquina de remo; vogatore; remoergometro; ローイングマシン; 划船机; 划船機; 로잉 머신; гребной тренажер; ergometr wioślarski; roddmaskin; romaskine; soutulaite; remo ergômetro
strength: allenamento con i pesi; pesistica; erősítés; súlyzós edzés; силове тренування; ağırlık antrenmanı
ice_skating: patin
other: autre; otro; otra; outro; altro; sonstiges; andere; anders; overig; annat; annet; andet; muu; inne; inny; jiné; ostatní; другое; その他; 其他; 기타
"""  # noqa: E501


# "Outdoor", which watches put before or after a sport and which does not change it.
_OUTDOORS = """
en extérieur; en plein air; à l'extérieur; outdoor; outdoors; al aire libre; en exterior; ao ar livre; all'aperto; im freien; draußen; freiluft; buiten; utomhus; utendørs; udendørs; ulkona; na zewnątrz; na świeżym powietrzu; venku; на улице; улица; на открытом воздухе; 屋外; アウトドア; 室外; 户外; 戶外; 야외; 실외
"""  # noqa: E501


@cache
def _outdoors() -> tuple[str, ...]:
    keys = {word_key(words) for words in _OUTDOORS.strip().split(";")}
    return tuple(sorted(keys, key=len, reverse=True))


def without_outdoors(key: str) -> str:
    """The key of a sport without "outdoor": "course_a_pied_en_exterieur" -> "course_a_pied"; "" if nothing is left, or
    if the key has no "outdoor"."""
    for words in _outdoors():
        for begin, end in ((f"{words}_", ""), ("", f"_{words}"), ("" if words.isascii() else words, "")):
            if begin and key.startswith(begin):
                return key[len(begin) :].strip("_")
            if end and key.endswith(end):
                return key[: -len(end)].strip("_")
    return ""


@cache
def in_other_languages() -> dict[str, tuple[str, str]]:
    """(sport, sub-sport) by name, with names in the form of `word_key`."""
    found: dict[str, tuple[str, str]] = {}
    for line in _TABLE.strip().splitlines():
        ours, names = line.split(": ", 1)
        sport, _, sub_sport = ours.partition(" ")
        for name in names.split(";"):
            found.setdefault(word_key(name), (sport, sub_sport))
    return found
