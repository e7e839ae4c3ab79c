//! Names that stand for one another. A line is a group.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use crate::{lexicon::Hashed, text::hash_word};

const GROUPS: &str = "abigail abby gail
abraham abe bram
adelaide addie heidi
agnes aggie
albert al bert bertie
alexander alex alec sandy xander lex alessandro alejandro aleksander sasha
alexandra alex sandra sasha lexi alejandra aleksandra
alfred alf alfie fred
alison ali allie
amanda mandy
andrew andy drew
angela angie
anna ann anne annie anita anya ania
anthony tony toni antonio antoine anton
antonia toni
arthur art artie
barbara barb babs basia
bartholomew bart
beatrice bea trixie beatriz
benjamin ben benny benji
bernard bernie
bernadette bernie
bridget biddy
calvin cal
cameron cam
carl charles charlie chuck chas carlos karl
caroline carol carrie caro karolina
catherine cathy kate katie kathy kat cate catalina katherine kathryn katharine caterina katarzyna kasia ekaterina katya
cecilia cissy celia
charlotte lottie charlie
christian chris
christina chris tina chrissy christine kristina
christopher chris kit topher cristobal
cynthia cindy
daniel dan danny
daniela dani
david dave davy davey
deborah debbie deb debra
dennis denny
derek derrick
dolores lola
dominic dom nick domenico
donald don donnie
dorothy dot dottie dolly
douglas doug
edith edie
edmund ed eddie ned
edward ed eddie ted teddy ned eduardo
eleanor ellie nell nora elena
elizabeth liz lizzie beth betty eliza lisa betsy libby elisabeth elżbieta ela
emily em emma
emmanuel manny manuel emanuele
ernest ernie
eugene gene eugenio
evelyn eve evie
ferdinand ferdi nando fernando
florence flo
frances fran frankie francesca
francis frank fran francesco francisco paco pancho kiko
franklin frank
frederick fred freddie freddy fritz federico
gabriel gabe
gabrielle gabby gabi gabriela
george georgie jorge giorgio
gerald gerry jerry
gerard gerry jerry
gerhard gerd
giovanni gianni vanni
giuseppe beppe peppe pino
grace gracie
gregory greg gregor
guadalupe lupe
gwendolyn gwen
hannah anna
harold harry hal
harriet hattie
helen nell lena ellen
henry harry hank hal enrique
herbert herb bert
howard howie
hubert hugh bert
ignacio nacho
isabella bella izzy isabel isabelle
jacob jake jakob kuba jakub
jacqueline jackie
james jim jimmy jamie jaime
jan janek johan hans
jane janie jenny
janet jan
jean jeannie
jeffrey jeff geoff geoffrey
jennifer jen jenny jenn
jeremy jerry jem
jerome jerry
jessica jess jessie
joan joanie
joanna jo joanne joan asia
johann hans
johannes hans jan johan
john johnny jack jon juan sean ian
jonathan jon jonny nathan
joseph joe joey jose josé pepe józef josef sepp
josephine jo josie
joshua josh
judith judy
julia julie jules
katarina kata kat
kenneth ken kenny
kimberly kim
konstantin kostya costas kostas
lawrence larry laurie lars
leonard leo len lenny
leslie les
lillian lily lil
louis lou louie luis
louise lou lulu
lucille lucy
luis lucho
madeleine maddie
magdalena magda lena
małgorzata gosia
manuel manolo
marcus mark marc marco
margaret maggie meg peggy marge margie greta rita marguerite margarita margherita małgorzata
maria mary mia marie maja
marianne mary anne
martha marty patty
martin marty
mary molly polly mamie maria marie
matthew matt matthias mateusz
maximilian max
megan meg
melanie mel
melissa mel missy
mercedes merche
michael mike mick mickey mikey micha miguel michel michele mikhail misha
mildred millie
mohammed mohamed muhammad mohammad mo mohd mehmet
nancy nan
natalie nat natalia natasha nata
nathan nate
nathaniel nate nat
nicholas nick nicky nico nicolas klaus niklas
nicole nicky nikki
oliver ollie
olivia liv livvy
pamela pam
patricia pat patty trish tricia patti patrizia
patrick pat paddy rick
paul pavel pablo paolo paweł
pauline polly
penelope penny
peter pete pedro piotr pietro pierre
philip phil pip phillip felipe
priscilla cilla
rachel rae
randolph randy
raymond ray
rebecca becky becca
reginald reg reggie
renata rena
richard rick dick rich richie ricky ricardo
robert rob bob bobby robbie bert roberto
roberta bobbie
roderick rod
rodney rod
roger rog
roland rollie
ronald ron ronnie
rosalind ros
rosemary rose rosie
rudolf rudi
russell russ rusty
salvatore toto turi
samantha sam
samuel sam sammy
sandra sandy
sarah sally sara sadie
sebastian seb bastian basti
simon si
solomon sol
sophia sophie zofia zosia sofia
stanley stan
stanisław staszek
stephanie steph steffi stefanie
stephen steve stevie steven stefan esteban
stuart stu
susan sue suzie susie suzanne susanna
sylvester sly
tamara tammy
teresa terry tess tessa theresa teresita
thaddeus thad
theodore ted teddy theo
thomas tom tommy tomás tomasz
timothy tim timmy
tobias toby tobi
ursula uschi ulla
valentina vale tina
valerie val
veronica ronnie vera nica
victor vic
victoria vicky tori vikki
vincent vince vinny vicente vincenzo enzo
virginia ginny ginger
vladimir vova vlad volodya
vivian viv
walter walt wally
wilfred wilf fred
wilhelm willi willy
william bill will billy willie liam guillermo wilhelm guillaume
winifred winnie
wojciech wojtek
xavier javier
yekaterina katya
zachary zach zack
zbigniew zbyszek
zsuzsanna zsuzsa";

type Map = HashMap<u64, Vec<u64>, BuildHasherDefault<Hashed>>;

/// The word hashes of names that stand for the name with this word hash.
pub(super) fn others(word: u64) -> &'static [u64] {
    static OTHERS: LazyLock<Map> = LazyLock::new(|| {
        let mut map = Map::default();
        for line in GROUPS.lines() {
            // The first name of a line is the formal one: its short forms stand for it, not for one another.
            let names: Vec<u64> = line.split(' ').map(hash_word).collect();
            let Some((formal, short)) = names.split_first() else { continue };
            for name in short {
                map.entry(*name).or_default().push(*formal);
                map.entry(*formal).or_default().push(*name);
            }
        }
        map
    });
    OTHERS.get(&word).map_or(&[], Vec::as_slice)
}
