"""Given names and the formal names they stand for: "bob" is Robert, "alex" Alexander, Alexandra or Alexis.

One row per pair. A formal name stands for itself. Two given names agree when they share a formal name; two names of
this list that share none are two names, however alike they are written (Maria and Mario), and never a typing error.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.nicknames",
    description="Given names and the formal names they stand for. One row per pair.",
    columns=columns(
        "name VARCHAR | A given name, folded.",
        "formal VARCHAR | A formal name it stands for, folded; a formal name stands for itself.",
        "is_first BOOLEAN | The first formal name of the name, in alphabetical order.",
    ),
    unique=(("name", "formal"),),
    not_null=("name", "formal", "is_first"),
)

# Formal name: nicknames and variants. Compiled for this project from everyday use.
_FORMAL = """
aaron: ron ronnie
abigail: abby gail abbie
abraham: abe
adam: ad
adelaide: addie heidi
adrian: ade
agnes: aggie nessa
alan: al allan allen
albert: al bert bertie
alejandro: alex ale jandro
alexander: alex al sandy xander alec sascha sasha
alexandra: alex sandra sandy lexi alexa sasha alexandria
alexis: alex lexi
alfred: al fred alfie freddie
alice: ali allie
alicia: ali licia
allison: ally ali allie alison
amanda: mandy manda
amelia: amy millie emmy
amy:
andrea: andy
andreas: andy
andrew: andy drew
angela: angie angel
anita:
ann: anne anna annie nan nancy annette hannah
anna: ann anne annie anya
annette:
anthony: tony ant antony
antonio: tony toni
april:
arthur: art artie
ashley: ash
audrey:
barbara: barb babs barbie
benjamin: ben benny benji
bernard: bernie bern
bernadette: bernie
beth:
betty:
beverly: bev
bonnie:
bradley: brad
brandon:
brenda:
brian: bryan
brittany: britt
bruce:
bryan: brian
caleb: cal
calvin: cal
cameron: cam
carl: karl
carla:
carlos: charlie
carol: carole carrie
caroline: carrie caro carolyn
carolyn: carrie caroline
carrie:
cassandra: cass cassie sandra
catherine: cathy cath cat kate katie kathy katherine kathryn catharine
cecilia: cecily celia cissy
charles: charlie chuck chas chip
charlotte: charlie lottie char
cheryl:
christian: chris
christina: chris tina chrissy kristina
christine: chris tina chrissy christy kristine
christopher: chris topher kit kris
cindy:
clara:
clarence:
claudia:
clifford: cliff
clinton: clint
connor:
constance: connie
corey:
craig:
crystal:
curtis: curt
cynthia: cindy cyndi
daisy:
dale:
daniel: dan danny
daniela: dani
danielle: dani
daphne:
david: dave davey davy
dawn:
deborah: deb debbie debby debra
debra: deb debbie deborah
denise:
dennis: denny den
derek: derrick rick
diana: di diane
diane: di diana
dolores: lola
dominic: dom nick
donald: don donnie
donna:
doris:
dorothy: dot dottie dolly dory
douglas: doug
duncan:
dustin:
dylan:
earl:
edgar: ed
edith: edie
edmund: ed eddie ted ned
eduardo: ed eddie edu
edward: ed eddie ted ned teddy ward
edwin: ed eddie
eileen:
elaine: laine
eleanor: ellie nell nora ella
elena: lena
elijah: eli
elizabeth: liz lizzie beth betty eliza bess libby liza elsie betsy lisa elisabeth
ella:
ellen: nell ellie
emily: em emmy emmie
emma: em emmy
eric: erik rick ricky
erica: erika
erin:
ernest: ernie
esther: essie
ethan:
ethel:
eugene: gene
eva: eve evie
evelyn: evie eve
florence: flo flossie
frances: fran frannie francie
francesca: fran frankie
francis: frank fran
francisco: frank paco pancho kiko
frank: frankie
franklin: frank
frederick: fred freddie freddy rick fritz frederic
gabriel: gabe
gabriela: gabby
gabrielle: gabby
gary:
geoffrey: geoff jeff jeffrey
george: georgie
georgia: georgie
gerald: gerry jerry
geraldine: gerry
gertrude: gert trudy
gina:
giovanni: gianni vanni
giuseppe: beppe peppe pino
gladys:
glenn: glen
gloria:
grace: gracie
gregory: greg gregg
guadalupe: lupe lupita
gwendolyn: gwen
hannah: hanna
harold: harry hal
harriet: hattie
harry:
harvey: harv
heather:
hector:
heidi:
helen: nell lena ellen
helena: lena
henry: hank harry hal
herbert: herb bert
holly:
howard: howie
hugh: hughie
hugo:
ian:
ignacio: nacho
irene: rene
isaac: ike zac
isabel: izzy bella belle isabelle isabella
isabella: izzy bella isabel isabelle
ivan:
jack:
jackson: jack
jacob: jake jay
jacqueline: jackie jacqui
james: jim jimmy jamie jem
jane: janie jenny
janet: jan
janice: jan
jason: jay jase
jasmine: jas
jean: jeanie
jeanette: jean
jeffrey: jeff geoff jeffery geoffrey
jennifer: jen jenny jenn
jeremy: jerry jem
jerome: jerry
jessica: jess jessie
jesse: jess
jesus: chucho
jill:
joan: joanie
joanna: jo joanne anna
joanne: jo joann joanna
joaquin: quino
joel:
johannes: hans jo johann
john: jack johnny jon jock
jonathan: jon johnny jonny nathan john johnathan
jordan:
jorge:
jose: pepe
joseph: joe joey jo
josephine: jo josie
joshua: josh
joyce: joy
juan: juanito
juanita: nita
judith: judy jude
julia: julie jules
julian: jules
julie: jules julia
june:
justin:
karen:
karin:
katherine: kate katie kathy kat kay kathryn catherine kit kitty katharine
kathleen: kath kathy kate katie kay
kathryn: kate katie kathy kat katherine catherine
kayla:
keith:
kelly:
kenneth: ken kenny
kevin: kev
kimberly: kim kimmy
kristen: kris
kristina: kris tina christina
kyle:
larry:
laura: laurie
lauren: laurie
laurence: larry laurie lawrence
lawrence: larry laurie laurence
leah:
lee:
leo:
leon: leo
leonard: len lenny leo
leslie: les lesley
lewis: lew louis
lillian: lily lil lilian
linda: lindy lynn
lindsay: lindsey
lisa:
logan:
lois:
lori:
lorraine: lori
louis: lou louie lewis
louise: lou lulu
lucas: luke
lucille: lucy
lucy:
luis: lucho
luke:
lydia:
lynn:
mabel:
madeline: maddie madeleine
madison: maddie
manuel: manny manolo
marc: mark
marcus: marc mark
margaret: maggie meg peggy marge margie greta rita daisy madge
maria: mia
mariana:
marie:
marilyn:
marina:
mario:
marion:
marjorie: marge margie
mark: marc
martha: marty patty
martin: marty
martina: tina
marvin: marv
mary: molly polly mamie
mateo:
matthew: matt matty mathew
matthias: matt matze
maureen: mo
maurice: mo
max:
maximilian: max
maxine: max
maxwell: max
megan: meg
melanie: mel
melissa: mel missy lissa
melvin: mel
mercedes: mercy
meredith: merry
michael: mike mick mickey micky mikey mitch
michaela: micky
michele: michelle shelly
michelle: shelly michele
miguel:
mildred: millie
miranda: mandy randy
miriam: mimi
mitchell: mitch
molly:
monica: moni
morgan:
morris: mo
muhammad: mohammed mohamed mo mohammad muhammed
nancy: nan
naomi:
natalie: nat natalia
natasha: tasha nat
nathan: nat nate
nathaniel: nat nate nathan
neil: neal
nicholas: nick nicky nico nicolas
nicole: nicky nikki
nina:
noah:
nora: norah
norman: norm
oliver: ollie
oluwaseun: seun
olivia: liv livvy
oscar:
oswald: ozzie
otto:
owen:
pamela: pam
patricia: pat patty trish tricia patsy
patrick: pat paddy
paul: paulie
paula:
pauline: polly
pedro:
penelope: penny
peter: pete
philip: phil phillip pip
phyllis: phyl
priscilla: cilla
rachel: rach rachael
ralph:
ramona: mona
randall: randy
randolph: randy
raphael: rafe rafa rafael
raymond: ray
rebecca: becky becca beck
regina: gina reggie
reginald: reg reggie
rhonda:
ricardo: rick ricky
richard: rick dick rich richie ricky dickie
rita:
robert: bob rob bobby robbie bert robin
roberta: bobbie robbie
roberto: rob beto
robin:
roderick: rod roddy rick
rodney: rod
roger: rodge
roland: rollie
ronald: ron ronnie
rosa: rosie
rose: rosie
rosemary: rose rosie romy
roxanne: roxy
roy:
ruby:
rudolph: rudy
russell: russ rusty
ruth: ruthie
ryan:
sabrina:
samantha: sam sammy
samuel: sam sammy
sandra: sandy
santiago: santi
sara: sarah sally sadie
sarah: sara sally sadie
scott: scotty
sean: shaun shawn
sebastian: seb bastian
seth:
shannon:
sharon: shari
sheila:
shirley:
sidney: sid sydney
silvia: sylvia
simon: si
solomon: sol
sophia: sophie sofia
sophie: sophia
stacy: stacey
stanley: stan
stella:
stephanie: steph steffi stevie
stephen: steve steven stevie stefan
steven: steve stephen stevie
stewart: stu stuart
stuart: stu stewart
susan: sue susie suzy suzie
susanna: sue susie suzanne sanna
suzanne: sue suzy susanne
sylvia: silvia
tamara: tammy
tanya:
taylor:
teresa: terry tess tessa theresa
terence: terry
theodore: ted teddy theo
theresa: terry tess tessa teresa
thomas: tom tommy
tiffany: tiff
timothy: tim timmy
tina:
todd:
tracy: tracey
travis:
trevor:
tyler: ty
valentina: val tina
valerie: val
vanessa: nessa
vernon: vern
veronica: ronnie vera roni
victor: vic
victoria: vicky tori vic vickie
vincent: vince vinny
viola: vi
violet: vi
virginia: ginny ginger
vivian: viv
walter: walt wally
wanda:
warren:
wayne:
wendy:
wesley: wes
wilhelmina: mina billie
willard: will
william: will bill billy willy liam wil
winifred: winnie fred
yolanda:
yvonne: vonnie
zachary: zach zack zac
zoe:
"""


@cache
def formal_names() -> dict[str, frozenset[str]]:
    """Folded given name -> the formal names it stands for."""
    found: dict[str, set[str]] = {}
    for line in _FORMAL.split("\n"):
        formal, _, nicknames = line.partition(":")
        for name in (formal, *nicknames.split()):
            if name:
                found.setdefault(name, set()).add(formal)
    return {name: frozenset(formal) for name, formal in found.items()}


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Write the list."""
    import pyarrow as pa

    rows = [
        (name, formal, number == 0)
        for name, all_formal in sorted(formal_names().items())
        for number, formal in enumerate(sorted(all_formal))
    ]
    names, formal, first = zip(*rows, strict=True)
    engine.create_table_from_arrow(TABLE.name, pa.table({"name": names, "formal": formal, "is_first": first}))
