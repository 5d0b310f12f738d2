"""Names of the makers and products in FIT files. The numbers are those of the public FIT profile."""

# Makers whose files always come from a virtual world, whatever the sub-sport is.
VIRTUAL_MAKERS = frozenset(
    [67, 144, 260, 282, 284, 295, 307, 315, 328, 331, 345]
)  # Bkool, Zwift, SYSTM, Rouvy …
DEVELOPMENT = 255  # used by apps without a number of their own

_MAKERS = """
1=Garmin; 2=Garmin; 3=Zephyr; 4=Dayton; 5=IDT; 6=SRM; 7=Quarq; 8=iBike; 9=Saris; 10=Spark Hk; 11=Tanita;
12=Echowell; 13=Dynastream; 14=Nautilus; 15=Dynastream; 16=Timex; 17=Metrigear; 18=Xelic; 19=Beurer;
20=Cardiosport; 21=A&D; 22=HMM; 23=Suunto; 24=Thita Elektronik; 25=Gpulse; 26=Clean Mobile; 27=Pedal Brain;
28=Peaksware; 29=Saxonar; 30=Lemond Fitness; 31=Dexcom; 32=Wahoo; 33=Octane Fitness; 34=Archinoetics;
35=The Hurt Box; 36=Citizen Systems; 37=Magellan; 38=o-synce; 39=Holux; 40=Concept2; 41=Shimano;
42=One Giant Leap; 43=Ace Sensor; 44=Brim Brothers; 45=Xplova; 46=Perception Digital; 47=Bf1Systems;
48=Pioneer; 49=Spantec; 50=Metalogics; 51=4iiii; 52=Seiko Epson; 53=Seiko Epson; 54=Ifor Powell;
55=Maxwell Guider; 56=Star Trac; 57=Breakaway; 58=Alatech Technology Ltd; 59=Mio; 60=Rotor; 61=Geonaute;
62=ID Bike; 63=Specialized; 64=Wtek; 65=Physical Enterprises; 66=NPE; 67=Bkool; 68=Cateye; 69=Stages;
70=Sigma; 71=TomTom; 72=Peripedal; 73=Wattbike; 76=Moxy; 77=Ciclosport; 78=Powerbahn; 79=Acorn Projects Aps;
80=Lifebeam; 81=Bontrager; 82=Wellgo; 83=Scosche; 84=Magura; 85=Woodway; 86=Elite; 87=NK; 88=DK City;
89=Tacx; 90=Direction Technology; 91=Magtonic; 92=1partCarbon; 93=Inside Ride; 94=Sound Of Motion; 95=Stryd;
96=ICG; 97=MiPulse; 98=Bsx Athletics; 99=LOOK; 100=Campagnolo; 101=Body Bike Smart; 102=Praxisworks;
103=Limits; 104=Topaction Technology; 105=Cosinuss; 106=Fitcare; 107=Magene; 108=Giant Manufacturing Co;
109=Tigrasport; 110=Salutron; 111=Technogym; 112=Bryton; 113=Latitude Limited; 114=Soaring Technology;
115=iGPSPORT; 116=ThinkRider; 117=Gopher Sport; 118=Waterrower; 119=Orangetheory; 120=Inpeak; 121=Kinetic;
122=Johnson; 123=Polar; 124=Seesense; 125=Nci Technology; 126=Iqsquare; 127=Leomo; 128=iFit; 129=Coros;
130=Versa Design; 131=Chileaf; 132=Cycplus; 133=Gravaa; 134=Sigeyi; 135=Coospo; 136=Geoid; 137=Bosch;
138=Kyto; 139=Kinetic Sports; 140=Decathlon; 141=TQ; 142=Tag Heuer; 143=Keiser Fitness; 144=Zwift;
145=Porsche Ep; 146=Blackbird; 147=Meilan Byte; 148=Ezon; 149=Laisi; 150=Myzone; 151=Abawo; 152=Bafang;
153=Luhong Technology; 257=Healthandlife; 258=Lezyne; 259=Scribe Labs; 260=Zwift; 261=Watteam; 262=Recon;
263=Favero; 264=Dynovelo; 265=Strava; 266=Precor; 267=Bryton; 268=SRAM; 269=Navman; 270=Cobi; 271=Spivi;
272=Mio; 273=Evesports; 274=Sensitivus; 275=Podoon; 276=Life Time Fitness; 277=Falco E Motors; 278=Minoura;
279=Cycliq; 280=Luxottica; 281=TrainerRoad; 282=Wahoo SYSTM; 283=Fullspeedahead; 284=Rouvy;
285=Feedbacksports; 286=Omata; 287=VDO; 288=Magneticdays; 289=Hammerhead; 290=Kinetic By Kurt; 291=Shapelog;
292=Dabuziduo; 293=Jetblack; 294=Coros; 295=Virtugo; 296=Velosense; 297=Cycligentinc; 298=Trailforks;
299=MAHLE; 300=NURVV; 301=Microprogram; 302=Zone5Cloud; 303=CORE; 304=Yamaha Motors; 305=WHOOP; 306=Gravaa;
307=Onelap; 308=Monark Exercise; 309=FORM; 310=Decathlon; 311=Syncros; 312=Heatup; 313=Cannondale;
314=True Fitness; 315=RGT Cycling; 316=Vasa; 317=Race Republic; 318=Fazua; 319=Oreka Training; 320=Lsec;
321=Lululemon Studio; 322=Shanyue; 323=Spinning Mda; 324=Hilldating; 325=Aero Sensor; 326=Nike;
327=Magicshine; 328=Ictrainer; 329=Absolute Cycling; 330=eo SwimBETTER; 331=MyWhoosh; 332=Ravemen;
333=Tektro Racing Products; 334=Darad Innovation Corporation; 335=Cycloptim; 337=Runna; 339=Zepp;
340=Peloton; 341=Carv; 342=Tissot; 345=Real Velo; 346=Wetech; 347=Jespr; 348=Huawei; 349=GOTOES;
350=Cadence App; 351=UNA Watch; 352=Tymewear; 353=Exposure Lights; 354=Forto Cycling;
"""

_GARMIN = """
Forerunner 301: 473 474 475 494; Forerunner 405: 717 987; Forerunner 50: 782;
Forerunner 60: 988; Forerunner 310XT: 1018; Edge 500: 1036 1199 1213 1387 1422; Forerunner 110: 1124 1274;
Edge 800: 1169 1333 1334 1386 1497; Edge 200: 1325 1555; Forerunner 910XT: 1328 1537 1600 1664;
Forerunner 610: 1345 1410; Forerunner 210: 1360; Vector: 1380; Vector: 1381; Approach G10: 1405;
Forerunner 70: 1436; Forerunner 310XT (4 MB): 1446; Forerunner 10: 1482 1688; Swim: 1499; fenix: 1551;
Edge 510: 1561 1742 1821 1918; Edge 810: 1567 1721 1822 1823; Forerunner 620: 1623 1928 1929 2072 2173;
Forerunner 220: 1632 1930 1931 2073 2174; Edge Touring: 1736; HRM-Tri: 1743; HRM-Run: 1752;
Forerunner 920XT: 1765 2130 2131 2132; Edge 1000: 1836 2052 2053 2070 2100 2274; vivofit: 1837;
vivoki: 1885; Forerunner 15: 1903 2061; vivoactive: 1907 2160; Approach S6: 1936; vivosmart: 1956 2135 2294;
fenix 2: 1967; epix: 1988 2332 2457; fenix 3: 2050 2188 2189 2293 2407 2408; Edge 520: 2067 2260 2261;
Vector S: 2079; eTrex Touch: 2140; Edge 25: 2147 2288 2289; Forerunner 25: 2148; vivofit 2: 2150;
Forerunner 225: 2153 2219; Forerunner 630: 2156 2310 2311; Forerunner 230: 2157 2313;
Forerunner 735XT: 2158 2533 2534; Vector 2: 2161; Vector 2s: 2162; D2 Air: 2187; Varia Headlight: 2192;
Varia Taillight Old: 2193; Edge Explore 1000: 2204; Varia Radar Taillight: 2225; Varia Radar Display: 2226;
Edge 20: 2238 2290; D2 Bravo: 2262; Approach S20: 2266; vivosmart 2: 2271; Varia Remote: 2276;
Approach X40: 2292; HRM-Run: 2327; vivoactive HR: 2337 2497; vivosmart GPS HR: 2347 2362;
vivosmart HR: 2348 2361; vivomove: 2368; Varia Taillight: 2379; Forerunner 235: 2396 2397 2431 2733;
Varia Vision: 2398; vivofit 3: 2406; fenix 3 HR: 2413 2473 2474 2475 2476 2477; Index Smart Scale: 2429;
fenix 3 Chronos: 2432 2675; Oregon 7xx: 2441 2512; Rino 7xx: 2444;
Forerunner 35: 2503 2650 2667 2668 2727 2814; Edge 820: 2530 2599 2600 2628 2629 2630;
Edge Explore 820: 2531; fenix 5S: 2544 2797; D2 Bravo Titanium: 2547; Varia UT800: 2567;
Running Dynamics Pod: 2593; fenix 5X: 2604 2798; vivofit Jr: 2606; vivosmart 3: 2622 2831;
vivosport: 2623 2832; Approach S60: 2656; Forerunner 935: 2691 2833; fenix 5: 2697 2796; vivoactive 3: 2700;
Foretrex 601/701: 2769; vivomove HR: 2772 2945; Edge 1030: 2713 2924; Vector 3: 2787; Approach Z80: 2806;
D2 Charlie: 2819; Descent: 2859; vivofit 4: 2878; Forerunner 645: 2886 3003; Forerunner 645 Music: 2888 3004;
Forerunner 30: 2891 2977; fenix 5S Plus: 2900 3134; Edge 130: 2909 3092; vivosmart 4: 2927 3218;
Approach X10: 2962; vivoactive 3 Music: 2988; Edge Explore: 3011; GPSMAP 66: 3028; Approach S10: 3049;
vivoactive 3 Music: 3066; Forerunner 245: 3076 3145; Forerunner 245 Music: 3077 3321; Approach G80: 3085;
Edge 1030 Bontrager: 3095; fenix 5 Plus: 3110; fenix 5X Plus: 3111 3135; Edge 520 Plus: 3112 3142;
Forerunner 945: 3113 3441; Edge 530: 3121 3349; Edge 830: 3122 3350; Instinct Esports: 3126;
Descent T1: 3143; Forerunner 235L: 3144; vivoactive 3 Music: 3163; vivoactive 4S: 3224 3387;
vivoactive 4 Large: 3225 3388; Venu: 3226; MARQ Driver: 3246 3420; MARQ Aviator: 3247 3421;
MARQ Captain: 3248 3448; MARQ Commander: 3249 3449; MARQ Expedition: 3250 3450; MARQ Athlete: 3251 3451;
Descent Mk2: 3258 3702; Forerunner 45: 3282 3469; GPSMAP 66i: 3284; fenix 6S Sport: 3287 3512;
fenix 6S: 3288 3513; fenix 6 Sport: 3289 3514; fenix 6: 3290 3515; fenix 6X: 3291 3516; HRM-Dual: 3299;
HRM-Pro: 3300; vivomove 3 Premium: 3308; Approach S40: 3314; vivomove 3: 3378 3422; vivoactive 4 OLED: 3389;
Swim 2: 3405 3639; vivoactive 3: 3446; Index Smart Scale 2: 3461; Instinct Solar: 3466;
vivoactive 3 Daimler: 3473; Descent Mk2s: 3542 3930; Edge 130 Plus: 3558 3813; Edge 1030 Plus: 3570 3812;
Rally 200: 3578; Forerunner 745: 3589 3794; Venu Sq Music: 3596; Venu Sq Music V2: 3599; Venu Sq: 3600 3837;
Lily: 3615 3809; MARQ Adventurer: 3624 3648; Enduro: 3638 3872; Forerunner 945 LTE: 3652 3978;
Venu 2: 3703 3950; Venu 2S: 3704 3949; Venu Daimler: 3737 3740; MARQ Golfer: 3739 3850; Varia RCT715: 3808;
Approach S12: 3823 3986; Edge 1040: 3843 4305; Venu 2 Plus: 3851 4017; GNSS: 3865; Forerunner 55: 3869 4033;
Instinct 2: 3888 4071; Instinct 2S: 3889; fenix 7S: 3905 3908; fenix 7: 3906 3909; fenix 7X: 3907 3910;
Approach G12: 3927 4001; Approach S42: 3934 4002; epix Gen 2: 3943 3944; vivomove Sport: 3982;
vivomove Trend: 3983; Forerunner 255 Music: 3990; Forerunner 255S Music: 3991; Forerunner 255: 3992;
Forerunner 255S: 3993; Descent G1: 4005 4132; Forerunner 955: 4024; Edge 540: 4061; Edge 840: 4062;
vivosmart 5: 4063; MARQ Gen 2: 4105; Venu Sq 2: 4115; Venu Sq 2 Music: 4116; MARQ Gen 2 Aviator: 4124;
D2 Air X10: 4125; HRM-Pro Plus: 4130; Tactix 7: 4135; Instinct Crossover: 4155; Edge Explore 2: 4169;
Descent Mk3: 4222; Descent Mk3i: 4223; Approach S70: 4233; Forerunner 265 Large: 4257;
Forerunner 265S: 4258; Venu 3: 4260; Venu 3S: 4261; Tacx NEO Smart: 4265; Tacx NEO 2 Smart: 4266;
Tacx NEO 2 T Smart: 4267; Tacx NEO Smart Bike: 4268; Tacx Satori Smart: 4269; Tacx Flow Smart: 4270;
Tacx Vortex Smart: 4271; Tacx Bushido Smart: 4272; Tacx Genius Smart: 4273; Tacx FLUX S Smart: 4274;
Tacx FLUX 2 Smart: 4275; Tacx Magnum: 4276; epix Gen 2 Pro 42: 4312; epix Gen 2 Pro 47: 4313;
epix Gen 2 Pro 51: 4314; Forerunner 965: 4315; Enduro 2: 4341; fenix 7S Pro Solar: 4374;
fenix 7 Pro Solar: 4375; fenix 7X Pro Solar: 4376; Lily 2: 4380; Instinct 2X: 4394; vivoactive 5: 4426;
Forerunner 165: 4432; Forerunner 165 Music: 4433; Edge 1050: 4440; Descent T2: 4442; HRM-Fit: 4446;
MARQ Gen 2 Commander: 4472; Lily Athlete: 4477; Rally X10: 4525; fenix 8 Solar: 4532;
fenix 8 Solar Large: 4533; fenix 8S: 4534; fenix 8: 4536; D2 Mach 1 Pro: 4556; Forerunner 970: 4565;
Forerunner 570 Large: 4570; Forerunner 570S: 4574; Enduro 3: 4575; Instinct E 40mm: 4583;
Instinct E 45mm: 4584; Instinct 3 Solar 45mm: 4585; Instinct 3 AMOLED 45mm: 4586;
Instinct 3 AMOLED 50mm: 4587; Descent G2: 4588; fenix 7 Pro Solar No Wi-Fi: 4595; Venu X1: 4603;
HRM-200: 4606; vivoactive 6: 4625; fenix 8 Pro: 4631; Edge 550: 4633; Edge 850: 4634; Venu 4: 4643;
Venu 4S: 4644; Approach S44: 4647; Edge MTB: 4655; Approach S50: 4656; fenix E: 4666; Bounce 2: 4745;
Instinct 3 Solar 50mm: 4759; Tactix 8 AMOLED: 4775; Tactix 8 Solar: 4776; Forerunner 170 Music: 4814;
Forerunner 170: 4815; Approach J1: 4825; Approach S72 43mm: 4874; Approach S72 47mm: 4875; D2 Mach 2: 4879;
Forerunner 70 (2026): 4916; fenix 9 Pro 43mm: 4952; fenix 9 Pro 47mm: 4953; fenix 9 Pro 51mm: 4954;
fenix 9 Pro Solar 47mm: 4955; fenix 9 Pro Solar 51mm: 4956; fenix 9 43mm: 5133; fenix 9: 5134;
Instinct Crossover AMOLED: 4678; D2 Air X15: 4944; Cirqa Smart Band: 5019; D2 Mach 2 Pro: 5056;
Enduro 4: 5169; SDM4: 10007; Edge Remote: 10014; Tacx Training App Win: 20533; Tacx Training App Mac: 20534;
Tacx Training App Mac Catalyst: 20565; Training Center: 20119; Tacx Training App Android: 30045;
Tacx Training App iOS: 30046; Tacx Training App Legacy: 30047; TrainingPeaks Virtual Ios: 30059;
TrainingPeaks Virtual Android: 30060; Training Peaks Virtual Windows: 30061;
TrainingPeaks Virtual macOS: 30062; Training Peaks Virtual Apple Tv: 30063; Connect: 65534;
"""

# Names of the sensors in device_info, by ANT+ device type.
SENSORS = {
    11: "Power meter", 15: "Speed and distance sensor", 16: "Remote control", 17: "Fitness equipment",
    18: "Blood pressure monitor", 20: "E-bike", 25: "Environment sensor", 31: "Muscle oxygen sensor",
    34: "Electronic shifting", 35: "Bike light", 36: "Bike light", 40: "Bike radar", 46: "Aero sensor",
    119: "Scale", 120: "Heart rate sensor", 121: "Speed and cadence sensor", 122: "Cadence sensor",
    123: "Speed sensor", 124: "Foot pod",
}  # fmt: skip
ANT_NETWORK, LOCAL_NETWORK = 1, 5


def _pairs(text: str, sign: str) -> list[tuple[str, str]]:
    entries = (entry.strip() for entry in text.replace("\n", " ").split(";"))
    return [(left.strip(), right.strip()) for left, _, right in (e.partition(sign) for e in entries if e)]


MAKERS = {int(number): name for number, name in _pairs(_MAKERS, "=")}
GARMIN = {int(number): name for name, numbers in _pairs(_GARMIN, ":") for number in numbers.split()}


def name_of(maker: float | None, product: float | None, product_name: str | None = None) -> str:
    """Name of maker and product, such as "Garmin Edge 1040"; "" if nothing is known."""
    maker_name = MAKERS.get(int(maker), "") if maker is not None else ""
    model = (product_name or "").strip()
    if not model and product is not None and maker_name in ("Garmin", "Dynastream"):
        model = GARMIN.get(int(product), "")
    if model.lower().startswith(maker_name.lower()):
        return model or maker_name
    return f"{maker_name} {model}".strip()
