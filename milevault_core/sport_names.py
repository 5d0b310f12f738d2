"""Names of sports as Strava, Garmin Connect, GPX and TCX write them -> (sport, sub-sport).

Left: our sport and FIT's sub-sport word. Right: the names, once through sports._words.
"""

_TABLE = """
running: run runs jog jogging laufen lauf course_a_pied road_running race long_run 9
running street: street_running road_run
running trail: trail_run trail_running trailrunning fell_running
running track: track_run track_running
running treadmill: treadmill treadmill_run treadmill_running
running indoor_running: indoor_run indoor_running
running ultra: ultra_run ultra_running
running obstacle: obstacle_run obstacle_course obstacle_running
running virtual_activity: virtual_run virtual_running
cycling: bike biking bicycling ride bike_ride cycle radfahren velo radsport bicycle cycling_sport 1
cycling road: road_biking road_bike road_cycling road_ride
cycling mountain: mountain_biking mountain_bike mountain_bike_ride mountain_cycling mtb
cycling gravel_cycling: gravel_cycling gravel_ride gravel_bike gravel_biking
cycling downhill: downhill_biking
cycling recumbent: recumbent_cycling velomobile
cycling cyclocross: cyclocross cyclo_cross
cycling track_cycling: track_cycling
cycling hand_cycling: hand_cycling handcycle handcycling hand_cycle
cycling indoor_hand_cycling: indoor_hand_cycling
cycling bmx: bmx
cycling enduro: enduro_mtb
cycling commuting: commuting commute bike_commuting bike_commute
cycling indoor_cycling: indoor_cycling indoor_biking indoor_bike indoor_ride trainer indoor_trainer cycling_indoor bike_trainer stationary_bike
cycling spin: spin spinning
cycling virtual_activity: virtual_ride virtual_cycling virtual_bike zwift
e_biking: ebike e_bike ebikeride ebike_ride e_bike_ride electric_bike ebiking e_bike_fitness_ride
e_biking e_bike_fitness: e_bike_fitness
e_biking e_bike_mountain: e_bike_mountain e_mountain_bike_ride emountain_bike_ride e_mountain_bike e_mountain_biking
e_biking e_bike_enduro: e_bike_enduro e_enduro_mtb
swimming: swim swims schwimmen 16
swimming lap_swimming: lap_swimming pool_swim pool_swimming lap_swim swimming_pool
swimming open_water: open_water_swimming open_water_swim open_water openwater swimming_open_water
walking: walk walks gehen spaziergang nordic_walking 10
walking casual_walking: casual_walking
walking speed_walking: speed_walking race_walking power_walking
walking indoor_walking: indoor_walking indoor_walk treadmill_walking
walking virtual_activity: virtual_walk
walking geocaching: geocaching
hiking: hike hikes trekking wandern wanderung backpacking 4
hiking rucking: rucking ruck
mountaineering: alpinism mountain_climbing
snowshoeing: snow_shoe snowshoe snow_shoeing
cross_country_skiing: nordic_ski nordic_skiing cross_country_ski xc_skiing xc_ski classic_skiing langlauf cross_country_classic_skiing
cross_country_skiing skate_skiing: skate_skiing skate_ski cross_country_skating
cross_country_skiing roller_skiing: roller_ski roller_skiing rollerski
alpine_skiing: alpine_ski ski skiing downhill_skiing downhill_ski resort_skiing_snowboarding
alpine_skiing resort: resort_skiing
alpine_skiing backcountry: backcountry_ski backcountry_skiing ski_touring backcountry_skiing_snowboarding touring_ski
snowboarding: snowboard
snowboarding resort: resort_snowboarding
snowboarding backcountry: backcountry_snowboarding splitboarding
ice_skating: ice_skate skating skate
inline_skating: inline_skate roller_skating roller_skate rollerblading
skateboarding: skateboard longboarding
rowing: row
rowing indoor_rowing: indoor_rowing rowing_machine indoor_row ergometer
rowing virtual_activity: virtual_row
paddling: paddle kayak_canoe dragon_boat
kayaking: kayak
kayaking whitewater: whitewater_rafting_kayaking whitewater_kayaking
canoeing: canoe
rafting: raft
rafting whitewater: whitewater_rafting
stand_up_paddleboarding: stand_up_paddling stand_up_paddle sup paddleboarding standup_paddling stand_up_paddle_boarding
sailing: sail
sailing sail_race: sail_race sail_expedition
windsurfing: windsurf wind_surfing
kitesurfing: kitesurf kiteboarding kite_surfing kite_surf wind_kite_surfing
surfing: surf
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
strength strength_training: strength_training weight_training weights weightlifting weight_lifting gym functional_strength_training traditional_strength_training kraftsport
fitness: workout training fitness_equipment general_fitness exercise cross_training core_training
fitness cardio_training: indoor_cardio cardio cardio_training aerobics aerobic_exercise
fitness flexibility_training: flexibility_training stretching flexibility
fitness mobility: mobility
fitness jump_rope: jump_rope rope_jumping jumprope
hiit hiit: high_intensity_interval_training crossfit cross_fit interval_training circuit_training amrap emom tabata
elliptical elliptical: elliptical_trainer elliptical_training cross_trainer
stair_climbing stair_climbing: stair_stepper stairs stair_machine stepper
stair_climbing floor_climbing: floor_climbing
yoga yoga: yoga_class
pilates pilates: pilates_class
meditation breathing: breathwork breathing
meditation: mindfulness
dance: dancing zumba
rock_climbing: climbing climb sport_climbing outdoor_climbing
rock_climbing indoor_climbing: indoor_climbing
rock_climbing bouldering: bouldering
racket_sports tennis: tennis tennis_v1
racket_sports pickleball: pickleball
racket_sports padel: padel paddelball platform_tennis paddle_tennis
racket_sports squash: squash
racket_sports badminton: badminton
racket_sports racquetball: racquetball
racket_sports table_tennis: table_tennis ping_pong
racket_sports: racket racquet_sports
ball_sports: team_sport team_sports
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
martial_arts boxing: boxing kickboxing box
martial_arts mixed_martial_arts: mixed_martial_arts mma judo karate wrestling taekwondo
horseback_riding: horse_riding equestrian riding_horse equestrian_sports
wheelchair: wheel_chair
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
other: uncategorized unknown generic all
"""  # noqa: E501

NAMES: dict[str, tuple[str, str]] = {}
for _line in _TABLE.strip().splitlines():
    _ours, _names = _line.split(": ")
    _sport, _, _sub = _ours.partition(" ")
    NAMES |= {name: (_sport, _sub) for name in _names.split()}
