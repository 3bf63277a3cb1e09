"""Names of countries, folded, in English and neighbouring languages: what people write where a code is meant."""

from __future__ import annotations

from functools import cache

_NAMES = """
AD: andorra; andorre
AE: united arab emirates; vereinigte arabische emirate; emirats arabes unis; emiratos arabes unidos
AF: afghanistan; afganistan
AG: antigua and barbuda; antigua und barbuda; antigua et barbuda; antigua y barbuda; antigua e barbuda
AI: anguilla; anguila
AL: albania; albanien; albanie
AM: armenia; armenien; armenie
AO: angola
AR: argentina; argentinien; argentine; arg
AS: american samoa; amerikanisch samoa; samoa americaines; samoa americana; samoa americane
AT: austria; osterreich; autriche; aut
AU: australia; australien; australie; aus
AW: aruba
AX: aland islands; aaland inseln; iles aland; islas aland; isole aland
AZ: azerbaijan; aserbaidschan; azerbaidjan; azerbaiyan; azerbaigian
BA: bosnia and herzegovina; bosnien und herzegowina; bosnie herzegovine; bosnia y hercegovina; bosnia erzegovina
BB: barbados; barbade
BD: bangladesh; bangladesch
BE: belgium; belgien; belgique; belgica; belgio; bel
BF: burkina faso
BG: bulgaria; bulgarien; bulgarie
BH: bahrain; bahrein
BI: burundi
BJ: benin
BL: saint barthelemy; san bartolome
BM: bermuda; bermudes; bermudas
BN: brunei
BO: bolivia; bolivien; bolivie
BQ: bonaire sint eustatius and saba; bonaire sint eustatius und saba; bonaire saint eustache et saba
BR: brazil; brasilien; bresil; brasil; brasile; bra
BS: bahamas
BT: bhutan; bhoutan; butan
BW: botswana; botsuana
BY: belarus; bielo russie; bielorrusia; bielorussia
BZ: belize; belice
CA: canada; kanada; can
CC: cocos islands; kokos inseln; iles cocos; islas cocos; isole cocos
CD: the democratic republic of congo; demokratische republik kongo; republique democratique du congo
CF: central african republic; zentralafrikanische republik; republique centre africaine; republica centroafricana
CG: congo; kongo
CH: switzerland; schweiz; suisse; suiza; svizzera; che
CI: cote divoire; elfenbeinkuste; costa de marfil; costa davorio; ivory coast
CK: cook islands; cook inseln; iles cook; islas cook; isole cook
CL: chile; chili; cile; chl
CM: cameroon; kamerun; cameroun; camerun
CN: china; chine; cina; chn
CO: colombia; kolumbien; colombie; col
CR: costa rica
CU: cuba; kuba
CV: cape verde; kap verde; cap vert; cabo verde; capo verde
CW: curacao
CX: christmas island; weihnachtsinsel; ile christmas; isla christmas; isola di natale
CY: cyprus; zypern; chypre; chipre; cipro
CZ: czech republic; tschechische republik; republique tcheque; chequia; repubblica ceca; cze
DE: germany; deutschland; allemagne; alemania; germania; deu
DJ: djibouti; dschibuti; yibuti; gibuti
DK: denmark; danemark; dinamarca; danimarca; dnk; danmark
DM: dominica; dominique
DO: dominican republic; dominikanische republik; republique dominicaine; republica dominicana; repubblica dominicana
DZ: algeria; algerien; algerie; argelia
EC: ecuador; equateur
EE: estonia; estland; estonie
EG: egypt; agypten; egypte; egipto; egitto
EH: western sahara; westsahara; sahara occidental; sahara occidentale
ER: eritrea; erythree
ES: spain; spanien; espagne; espana; spagna; esp
ET: ethiopia; athiopien; ethiopie; etiopia
FI: finland; finnland; finlande; finlandia; fin; suomi
FJ: fiji; fidschi; fidji; fiyi; figi
FK: falkland islands; falkland inseln; iles malouines; islas malvinas; isole falkland
FM: micronesia; mikronesien; micronesie
FO: faroe islands; faroer inseln; iles feroe; islas feroe; isole faeroer
FR: france; frankreich; francia; fra
GA: gabon; gabun
GB: united kingdom; vereinigtes konigreich; royaume uni; reino unido; regno unito; uk; u k; great britain; england
GD: grenada; grenade; granada
GE: georgia; georgien; georgie
GF: french guiana; franzosisch guayana; guyane francaise; guayana francesa; guayana francese
GG: guernsey; guernesey
GH: ghana
GI: gibraltar; gibilterra
GL: greenland; gronland; groenland; groenlandia
GM: gambia; gambie
GN: guinea; guinee
GP: guadeloupe; guadalupe; guadalupa
GQ: equatorial guinea; aquatorial guinea; guinee equatoriale; guinea ecuatorial; guinea equatoriale
GR: greece; griechenland; grece; grecia
GT: guatemala
GU: guam
GW: guinea bissau; guinee bissau
GY: guyana
HK: hong kong; hongkong; hkg
HN: honduras
HR: croatia; kroatien; croatie; croacia; croazia
HT: haiti
HU: hungary; ungarn; hongrie; hungria; ungheria
ID: indonesia; indonesien; indonesie
IE: ireland; irland; irlande; irlanda; irl; eire
IL: israel; israele; isr
IM: isle of man; ile de man; isla de man; isola di man
IN: india; indien; inde; ind
IO: british indian ocean territory; britische territorien im indischen ozean
IQ: iraq; irak
IR: iran
IS: iceland; island; islande; islandia; islanda
IT: italy; italien; italie; italia; ita
JE: jersey
JM: jamaica; jamaika; jamaique; giamaica
JO: jordan; jordanien; jordanie; jordania; giordania
JP: japan; japon; giappone; jpn
KE: kenya; kenia
KG: kyrgyzstan; kirgistan; kirguizistan; kirghizistan
KH: cambodia; kambodscha; cambodge; camboya; cambogia
KI: kiribati
KM: comoros; komoren; comores; comore
KN: saint kitts and nevis; saint kitts und nevis; saint christophe et nieves; san cristobal y nieves
KP: north korea; nordkorea; coree du nord; corea del norte; corea del nord
KR: south korea; sudkorea; coree du sud; corea del sur; corea del sud; kor; korea
KW: kuwait; koweit
KY: cayman islands; kaiman inseln; iles caimans; islas caiman; isole cayman
KZ: kazakhstan; kasachstan; kazajstan
LA: laos
LB: lebanon; libanon; liban; libano
LC: saint lucia; st lucia; sainte lucie; santa lucia; sainte lucia
LI: liechtenstein
LK: sri lanka
LR: liberia
LS: lesotho; lesoto
LT: lithuania; litauen; lithuanie; lituania
LU: luxembourg; luxemburg; luxemburgo; lussemburgo
LV: latvia; lettland; lettonie; letonia; lettonia
LY: libya; libyen; libye; libia
MA: morocco; marokko; maroc; marruecos; marocco
MC: monaco
MD: moldova; moldau; moldavie; moldavia
ME: montenegro
MF: saint martin; st martin; san martin
MG: madagascar; madagaskar
MH: marshall islands; marshall inseln; iles marshall; islas marshall; isole marshall
MK: macedonia; mazedonien; macedoine
ML: mali
MM: myanmar; burma
MN: mongolia; mongolei; mongolie
MO: macao; macau
MP: northern mariana islands; nordliche mariannen inseln; iles mariannes du nord; islas marianas del norte
MQ: martinique; martinica
MR: mauritania; mauretanien; mauritanie
MS: montserrat
MT: malta; malte
MU: mauritius; maurice; mauricio; maurizio
MV: maldives; maldiven; maldivas; maldive
MW: malawi; malaui
MX: mexico; mexiko; mexique; messico; mex
MY: malaysia; malaisie; malasia
MZ: mozambique; mosambik; mozambico
NA: namibia; namibie
NC: new caledonia; neukaledonien; nouvelle caledonie; nueva caledonia; nuova caledonia
NE: niger
NF: norfolk island; norfolk insel; ile norfolk; isla norfolk; isola norfolk
NG: nigeria
NI: nicaragua
NL: netherlands; niederlande; pays bas; holanda; paesi bassi; nld; holland; the netherlands
NO: norway; norwegen; norvege; noruega; norvegia; nor; norge
NP: nepal
NR: nauru
NU: niue
NZ: new zealand; neuseeland; nouvelle zelande; nueva zelanda; nuova zelanda; nzl
OM: oman
PA: panama
PE: peru; perou
PF: french polynesia; franzosisch polynesien; polynesie francaise; polinesia francesa; polinesia francese
PG: papua new guinea; papua neuguinea; papouasie nouvelle guinee; papua nuova guinea
PH: philippines; philippinen; filipinas; filippine
PK: pakistan; paquistan
PL: poland; polen; pologne; polonia; pol
PM: saint pierre and miquelon; st pierre und miquelon; saint pierre et miquelon; san pedro y miquelon
PR: puerto rico; porto rico
PS: palestine; palastina; palestina
PT: portugal; portogallo; prt
PW: palau; belau; palaos
PY: paraguay
QA: qatar; katar
RE: reunion; la reunion
RO: romania; rumanien; roumanie; rumania
RS: serbia; serbien; serbie
RU: russia; russland; russie; rusia; rus; russian federation
RW: rwanda; ruanda
SA: saudi arabia; saudi arabien; arabie saoudite; arabia saudita
SB: solomon islands; solomon inseln; iles salomon; islas salomon; isole solomon
SC: seychelles; seychellen
SD: sudan; soudan
SE: sweden; schweden; suede; suecia; svezia; swe; sverige
SG: singapore; singapur; singapour; sgp
SH: saint helena; st helena; sainte helene; santa helena; santelena
SI: slovenia; slowenien; slovenie; eslovenia
SJ: svalbard and jan mayen; svalbard und jan mayen; svalbard et jan mayen; svalbard y jan mayen; svalbard e jan mayen
SK: slovakia; slowakei; slovaquie; eslovaquia; slovacchia
SL: sierra leone; sierra leona
SM: san marino; saint marin
SN: senegal
SO: somalia; somalie
SR: suriname; surinam
SS: south sudan; sudsudan; sud soudan; sudan del sur; sudan del sud
ST: sao tome and principe; sao tome und principe; sao tome et principe; santo tome y principe; sao tome e principe
SV: el salvador
SX: sint maarten dutch part; sint maarten niederlandischer teil; saint martin partie neerlandaise
SY: syria; syrien; syrie; siria
SZ: swaziland; swasiland; suazilandia
TC: turks and caicos islands; turks und caicos inseln; iles turks et caicos; islas turcas y caicos
TD: chad; tschad; tchad; ciad
TG: togo
TH: thailand; thailande; tailandia; thailandia
TJ: tajikistan; tadschikistan; tadjikistan; tayikistan; tagikistan
TK: tokelau
TL: timor leste; timor oriental
TM: turkmenistan
TN: tunisia; tunesien; tunisie; tunez
TO: tonga
TR: turkey; turkei; turquie; turquia; turchia; tur
TT: trinidad and tobago; trinidad und tobago; trinite et tobago; trinidad y tobago; trinidad e tobago
TV: tuvalu
TW: taiwan; twn
TZ: tanzania; tansania; tanzanie
UA: ukraine; ucrania; ucraina
UG: uganda; ouganda
US: united states; vereinigte staaten von amerika; etats unis; estados unidos; stati uniti; usa; u s a; u s
UY: uruguay
UZ: uzbekistan; usbekistan; ouzbekistan
VA: vatican; vatikanstadt; ciudad del vaticano; citta del vaticano
VC: saint vincent and the grenadines; st vincent und die grenadinen; saint vincent et les grenadines
VE: venezuela
VG: british virgin islands; britische jungferninseln; iles vierges britanniques; islas virgenes britanicas
VI: u s virgin islands; amerikanische jungferninseln; iles vierges americaines; islas virgenes americanas
VN: vietnam; viet nam
VU: vanuatu
WF: wallis and futuna; wallis und futuna; wallis et futuna; wallis y futuna; wallis e futuna
WS: samoa
YE: yemen; jemen
YT: mayotte; mayotta
ZA: south africa; sudafrika; afrique du sud; sudafrica; zaf
ZM: zambia; sambia; zambie
ZW: zimbabwe; simbabwe; zimbabue
"""


@cache
def regions_by_name() -> dict[str, str]:
    """Folded country name -> ISO 3166 two-letter code; a code stands for itself."""
    found: dict[str, str] = {}
    for line in _NAMES.strip().split("\n"):
        region, _, names = line.partition(": ")
        found[region.lower()] = region
        found |= dict.fromkeys(names.split("; "), region)
    return found
