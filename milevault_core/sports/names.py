"""Names of sports as Strava, Garmin Connect, GPX and TCX write them -> (sport, sub-sport).

Left: our sport and FIT's sub-sport word. Right: the names in the form of `word_key`.
"""

_TABLE = """
running: run runs jog jogging laufen lauf course_a_pied road_running race long_run 9 laufsport correr carrera corsa hardlopen lopen springen bieganie outdoor_running outdoor_run run_outdoor running_outdoor run_sport running_sport
running street: street_running road_run
running trail: trail_run trail_running trailrunning fell_running trail_run_ultra cross_country_running mountain_running berglauf trailrun trail
running track: track_run track_running
running treadmill: treadmill treadmill_run treadmill_running running_treadmill run_treadmill treadmillrun indoor_running_treadmill
running indoor_running: indoor_run indoor_running run_indoor running_indoor
running ultra: ultra_run ultra_running
running obstacle: obstacle_run obstacle_course obstacle_running
running virtual_activity: virtual_run virtual_running 53
cycling: bike biking bicycling ride bike_ride cycle radfahren velo radsport bicycle cycling_sport 1 bicicleta ciclismo ciclismo_in_strada bici fietsen wielrennen outdoor_cycling outdoor_cycle cycling_outdoor bike_outdoor outdoor_bike cycling_transport cycling_transportation vtt_route touring_bicycle touringbicycle fahrrad fahrradfahren road_cycle road_ride_outdoor
cycling road: road_biking road_bike road_cycling road_ride racebike race_bike rennrad road_bicycle roadbike racing_bicycle
cycling mountain: mountain_biking mountain_bike mountain_bike_ride mountain_cycling mtb mtb_easy mtb_advanced mountainbike mountainbiking vtt cross_country_mtb
cycling gravel_cycling: gravel_cycling gravel_ride gravel_bike gravel_biking
cycling downhill: downhill_biking downhillbike downhill_mtb
cycling recumbent: recumbent_cycling velomobile 19
cycling cyclocross: cyclocross cyclo_cross
cycling track_cycling: track_cycling
cycling hand_cycling: hand_cycling handcycle handcycling hand_cycle 51
cycling indoor_hand_cycling: indoor_hand_cycling
cycling bmx: bmx
cycling enduro: enduro_mtb
cycling commuting: commuting commute bike_commuting bike_commute
cycling indoor_cycling: indoor_cycling indoor_biking indoor_bike indoor_ride trainer indoor_trainer cycling_indoor bike_trainer stationary_bike cycling_stationary indoor_cycle bike_indoor virtual_trainer cycling_trainer turbo_trainer
cycling spin: spin spinning
cycling virtual_activity: virtual_ride virtual_cycling virtual_bike zwift 17 virtual_cycle virtual_mtb indoor_virtual
e_biking: ebike e_bike ebikeride ebike_ride e_bike_ride electric_bike ebiking e_bike_fitness_ride 18 electric_bicycle ebike_sport pedelec e_cycling electric_cycling
e_biking e_bike_fitness: e_bike_fitness
e_biking e_bike_mountain: e_bike_mountain e_mountain_bike_ride emountain_bike_ride e_mountain_bike e_mountain_biking
e_biking e_bike_enduro: e_bike_enduro e_enduro_mtb
swimming: swim swims schwimmen 16 nuoto natacion natation zwemmen swimming_sport
swimming lap_swimming: lap_swimming pool_swim pool_swimming lap_swim swimming_pool swimming_indoor indoor_swimming indoor_swim poolswimming
swimming open_water: open_water_swimming open_water_swim open_water openwater swimming_open_water outdoor_swimming openwater_swimming openwater_swim
walking: walk walks gehen spaziergang nordic_walking 10 outdoor_walking outdoor_walk walking_outdoor fitness_walking marche caminar wandelen dog_walking walking_fitness walking_transport promenade pushchair_walking stroll nordicwalking
walking casual_walking: casual_walking
walking speed_walking: speed_walking race_walking power_walking
walking indoor_walking: indoor_walking indoor_walk treadmill_walking
walking virtual_activity: virtual_walk
walking geocaching: geocaching
hiking: hike hikes trekking wandern wanderung backpacking 4 randonnee senderismo escursionismo outdoor_hiking hike_outdoor hiking_trekking mountain_hiking
hiking rucking: rucking ruck
mountaineering: alpinism mountain_climbing via_ferrata klettersteig hochtour
snowshoeing: snow_shoe snowshoe snow_shoeing 13 snow_shoes
cross_country_skiing: nordic_ski nordic_skiing cross_country_ski xc_skiing xc_ski classic_skiing langlauf cross_country_classic_skiing 7 ski_nordic skiing_nordic nordicski crosscountryski skiing_classic classic_ski
cross_country_skiing skate_skiing: skate_skiing skate_ski cross_country_skating skiing_freestyle cross_country_skiing_freestyle
cross_country_skiing roller_skiing: roller_ski roller_skiing rollerski 8
alpine_skiing: alpine_ski ski skiing downhill_skiing downhill_ski resort_skiing_snowboarding 2 esqui ski_alpin downhillskiing skiing_downhill alpineskiing skiing_alpine telemark telemark_skiing snow_skiing
alpine_skiing resort: resort_skiing
alpine_skiing backcountry: backcountry_ski backcountry_skiing ski_touring backcountry_skiing_snowboarding touring_ski 3 skitouring ski_mountaineering skimo
snowboarding: snowboard 12
snowboarding resort: resort_snowboarding
snowboarding backcountry: backcountry_snowboarding splitboarding
ice_skating: ice_skate skating skate 5
inline_skating: inline_skate roller_skating roller_skate rollerblading 6 roller_blading in_line_skating
skateboarding: skateboard longboarding
rowing: row 23
rowing indoor_rowing: indoor_rowing rowing_machine indoor_row ergometer rowing_indoor row_indoor indoor_rower rower row_machine concept2
rowing virtual_activity: virtual_row
paddling: paddle kayak_canoe dragon_boat
kayaking: kayak 22 sea_kayaking
kayaking whitewater: whitewater_rafting_kayaking whitewater_kayaking
canoeing: canoe 21
rafting: raft
rafting whitewater: whitewater_rafting
stand_up_paddleboarding: stand_up_paddling stand_up_paddle sup paddleboarding standup_paddling stand_up_paddle_boarding 24
sailing: sail
sailing sail_race: sail_race sail_expedition
windsurfing: windsurf wind_surfing 15
kitesurfing: kitesurf kiteboarding kite_surfing kite_surf wind_kite_surfing 14
surfing: surf 25
water_sports wakeboarding: wakeboarding wakeboard
water_sports water_skiing: water_skiing waterski
water_sports wakesurfing: wakesurfing
water_sports: water_sport
diving: scuba_diving dive scuba
diving single_gas_diving: single_gas_diving
diving multi_gas_diving: multi_gas_diving
diving gauge_diving: gauge_diving
diving apnea_diving: apnea_diving free_diving freediving
diving apnea_hunting: apnea_hunting spearfishing
diving ccr_diving: ccr_diving
snorkeling: snorkel snorkelling
strength strength_training: strength_training weight_training weights weightlifting weight_lifting gym functional_strength_training traditional_strength_training kraftsport 30 strengthtraining bodybuilding powerlifting weight_machine gym_workout core
fitness: workout training fitness_equipment general_fitness exercise cross_training core_training 11 gymnastics calisthenics bootcamp conditioning functional_training mixed_cardio step_training kettlebell fitness_training sport indoor other_indoor fitness_class group_training body_combat barre
fitness cardio_training: indoor_cardio cardio cardio_training aerobics aerobic_exercise cardio_workout group_exercise cardio_class aerobics_class
fitness flexibility_training: flexibility_training stretching flexibility
fitness mobility: mobility
fitness jump_rope: jump_rope rope_jumping jumprope
hiit hiit: high_intensity_interval_training crossfit cross_fit interval_training circuit_training amrap emom tabata 26 circuit
elliptical elliptical: elliptical_trainer elliptical_training cross_trainer 27
stair_climbing stair_climbing: stair_stepper stairs stair_machine stepper 29 stair_climb stairmaster
stair_climbing floor_climbing: floor_climbing
yoga yoga: yoga_class 31 vinyasa stretching_yoga
pilates pilates: pilates_class
meditation breathing: breathwork breathing
meditation: mindfulness
dance: dancing zumba
rock_climbing: climbing climb sport_climbing outdoor_climbing 28
rock_climbing indoor_climbing: indoor_climbing
rock_climbing bouldering: bouldering
racket_sports tennis: tennis tennis_v1
racket_sports pickleball: pickleball
racket_sports padel: padel paddelball platform_tennis paddle_tennis
racket_sports squash: squash squash_rackets
racket_sports badminton: badminton
racket_sports racquetball: racquetball
racket_sports table_tennis: table_tennis ping_pong
racket_sports: racket racquet_sports
ball_sports: team_sport team_sports team_sport_other netball floorball futsal water_polo waterpolo
ball_sports soccer: soccer football association_football fussball
ball_sports american_football: american_football
ball_sports basketball: basketball
ball_sports baseball: baseball
ball_sports softball: softball
ball_sports volleyball: volleyball beach_volleyball
ball_sports rugby: rugby
ball_sports hockey: hockey field_hockey ice_hockey
ball_sports lacrosse: lacrosse
ball_sports cricket: cricket
ball_sports handball: handball
ball_sports ultimate: ultimate_disc ultimate ultimate_frisbee
ball_sports disc_golf: disc_golf frisbee_golf
martial_arts boxing: boxing kickboxing box boxing_training
martial_arts mixed_martial_arts: mixed_martial_arts mma judo karate wrestling taekwondo
horseback_riding: horse_riding equestrian riding_horse equestrian_sports riding_sport
wheelchair: wheel_chair 52
wheelchair wheelchair_walk: wheelchair_push_walk wheelchair_walk_pace
wheelchair wheelchair_run: wheelchair_push_run wheelchair_run_pace
wheelchair indoor_wheelchair_walk: indoor_wheelchair_walk
wheelchair indoor_wheelchair_run: indoor_wheelchair_run
fishing hunting: hunting
flying: fly airplane glider
flying hang_gliding: hang_gliding
flying fly_paraglide: paragliding paraglide
flying sky_diving: sky_diving skydiving jumpmaster
flying wingsuit: wingsuit_flying
motor_sports motorcycling: motorcycling motorcycle motorbike
motor_sports motocross: motocross
motor_sports atv: atv
motor_sports driving: driving driving_general car drive auto_racing overlanding
motor_sports boating: boating boat
motor_sports snowmobiling: snowmobiling snowmobile
multisport: multi_sport swim_bike_run
multisport triathlon: triathlon
multisport duathlon: duathlon
multisport brick: brick
multisport swim_run: swimrun swim_run
multisport adventure_race: adventure_race
transition: swim_to_bike_transition bike_to_run_transition run_to_bike_transition
martial_arts: martialarts martial_art martial_arts_training fencing kung_fu
golf: golfing
hiking virtual_activity: virtual_hike
other: uncategorized unknown generic all
"""  # noqa: E501

NAMES: dict[str, tuple[str, str]] = {}
for _line in _TABLE.strip().splitlines():
    _ours, _names = _line.split(": ")
    _sport, _, _sub = _ours.partition(" ")
    NAMES |= {name: (_sport, _sub) for name in _names.split()}
