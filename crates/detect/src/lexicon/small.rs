//! The short lists: words whose presence says what stands beside them.

use super::{
    ABBREVIATION, ACCOUNT_CUE, ADDRESS_CUE, AFTER_PERSON, AGE_CUE, ALSO_NO_PLACE, AMBIGUOUS,
    BEFORE_PERSON, BIRTH_CUE, BRAND, CARD_CUE, CITY, COUNTRY, CURRENCY, Class, DAY, DOCUMENT_CUE,
    FUNCTION, GREETING, HONORIFIC, ID_CUE, JOB, LEGAL, MONTH, NAME_LABEL, NATIONALITY, ORG_LABEL,
    ORG_WORD, PAIR_FIRST, PARTICLE, PHONE_CUE, PLACE_CUE, PLACE_PREFIX, POSTCODE_CUE, PRODUCT,
    REFERENCE, SECRET_CUE, SIGN_OFF, STATE, STREET, STREET_PREFIX, UNIT, VERSION_CUE, WORD,
};

/// Words of the dictionary that, in a text about customers, are nearly always someone's name.
pub(super) const RATHER_NAMES: &str = "john jane peter martin victor maria marina carol jack mike nick bob matt ken harry derrick eddy gene glen hazel heather holly laurel levy miles newton paddy patty robin rosemary sally sherry smith terry tanner turner violet wade warren wright jarred jay kitty maxim roger rod tommy jenny billy sophia barry bobby dolly gill gerry jimmy johnny jerry julienne katy kelly larry lee len louis lucy luke marcel mick mickey minnie moll molly nelson oliver paul percy polly ron sam sammy sandy santa tim timothy tony willie xavier jacky jeremiad jess joe jo josh kate kay lambert morgan morris moses nancy nelly noel norma oscar otto pip rex rick ricky sabine saul sid sol stan stella ted teddy tom trudy val vera vesta victoria wally wanda randy";

/// Names that few bear, and that in another language are words of every other sentence.
pub(super) const RATHER_WORDS: &str = "ort sim versie alene alla alleen allí altă ami bott börja cabe cari casi che chère cierra coś cui câți cómo dag dal dat davon de deine denn denna der dever donner dostał doy drugi déjà dün eben elli er essa este etti eğer fanns fant farà fick fuhr först ganz gav gaven geri gott grande går haar hadden hatt hatten hele hennes hâlâ höll hört iba jakie jene kam kamen kell kime kun käre køber kým lakin legge lief los låta lépe machen mag mal meer merci mette mikä mil minder morgen mucha musiał máme måske nelle nur néha olen ona onder ono ora pero poche pris proto querida rester ringer sabah sabía sade sais salvo saß schlecht según sekä sig soha ställer stäng sätter tali telle tengan terza tien tobě toi trott tämä tři um uno vecchio verdi viens voit våra wat weil worden wäre zou často";

/// Words by what they are. Several words on a line; a word may stand in several lists.
pub(super) const LISTS: &[(Class, &str)] = &[
    (
        HONORIFIC,
        "mag dkfm mr mrs ms miss mx dr prof professor sir madam madame mme mlle monsieur messrs rev reverend hon judge senator captain capt sgt lt col gen herr frau fräulein dott dottoressa dottor ing sig signor signora signorina señor señora señorita sr sra srta don doña dom dona senhor senhora mevr mevrouw dhr meneer mijnheer pan pani paní hr fru herra rouva bay bayan bey hanım shri smt kumari ustad sheikh datuk encik puan ông bà anh chị fr lic dra dña avv geom dottssa ssa mw mmes mm maître sres panem pana panu panią panie panowie pán pána doamna domnul doamnei domnului dl dna dlui κύριε κύριος κύριο κυρία κα κος κύριοι γιατρέ пан пані пана паном г-н г-жа господин госпожа gospodin gospođa gospodina gospodinom gospa bapak pak ibu thiru smti kum hajji shaikh cik dato tuan neiti rva sayin úr asszony ingeniero licenciado licenciada doctor doctora docteur doktor professeur professora professore maestro avukat",
    ),
    (
        MONTH,
        "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro januari februari maart mei augustus stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia styczeń luty marzec kwiecień czerwiec lipiec sierpień wrzesień październik listopad grudzień augusti oktober ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık ledna února března dubna května června července srpna října listopadu prosince marts maj marraskuuta joulukuuta tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta ianuarie februarie martie aprilie iunie iulie septembrie octombrie noiembrie decembrie",
    ),
    (
        AMBIGUOUS,
        "may march april june august mai juli juni mars jan maja mart maj luty eylül ekim nisan",
    ),
    (
        DAY,
        "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag today tomorrow yesterday",
    ),
    (
        GREETING,
        "dear hi hello hey hallo bonjour salut hola ciao buongiorno liebe lieber sehr geehrte geehrter cher chère estimado estimada querido querida gentile caro cara prezado prezada olá oi beste geachte kära hej hei kære drogi droga szanowny szanowna vážený vážená milý ahoj cześć merhaba sayın sevgili kedves tisztelt dobrý thanks thank danke merci gracias grazie obrigado obrigada bedankt tack grüezi servus moin guten goedemorgen goedemiddag goedendag goedenavond dag hoi bonsoir buenas buenos buona buonasera bom boa dzień hyvää moi terve hyvä arvoisa god hallå kjære günaydın iyi değerli üdvözlöm szia jó bună stimată stimate αγαπητέ αγαπητή αξιότιμε καλημέρα здравствуйте уважаемый уважаемая шановний шановна поштовани poštovani poštovana dragi draga vážení krásný kia xin chào",
    ),
    (
        SIGN_OFF,
        "regards cheers sincerely thanks best yours faithfully cordially respectfully warmly kind warm br rgds grüße grüßen gruß gruss mfg vg lg cordialement salutations amicalement bien saludos atentamente atte un abrazo cordiali saluti distinti atenciosamente abraços cumprimentos groet groeten vriendelijke mvg hälsningar vänliga hilsen venlig pozdrawiam pozdravem saygılarımla üdvözlettel terveisin signed love mvh hälsar hälsning kærlig bedste ystävällisin lämpimin üdvözli tisztelettel sevgiler poważaniem pozdrowienia εκτίμηση φιλικά χαιρετισμούς уважением поздоровленням stimă respect štovanjem pozdrav salutes ngā mihi ta bises amitiés cordialidade grato grata attentamente saludo besten beste groetjes",
    ),
    (
        BEFORE_PERSON,
        "given gave give gives giving paid lent owes said shouted add remove delete find update schedule book loop forward forwarded notify notified alert promote promoted onboard fire fired welcome congratulate congratulated visit visited see saw join joined help helped nudge warn interview interviewed reach engage praised phoned ring rang emailed re attn owned sold sell recommend recommended prospect guest tell told telling ask asked asking call called calling met meet meeting remind reminded contact contacted email emailed emailing mail mailed with by from to for cc bcc and or let lets via invite invited introduce introduced thank thanks assign assigned reassign reassigned per escalated spoke speak speaking talk talked talking chat chatted message messaged text texted ping pinged follow followed hired hire named called know knows about of merge compare between cousin brother sister wife husband son daughter mother father boss manager assistant colleague friend partner champion buyer customer client patient employee contact caller user owner rep attendee attendees candidate applicant tenant guest witness author singer actor actress director producer songwriter player by née von mit bei an für avec chez con per met voor z od dla à check checked spouse mum dad kollege kollegin kollegen herrn wegen collega colega compañero compañera rappeler appel appelle appeler llamar llamó llamado rufen sentito chiamare bellen gebeld ringa ringde ringte ringe snakket snakke talte snakkede pratade pratat hablé hablar falei falar rozmowa rozmawiałem rozmawiałam dzwonić asystentka asystent klient klientka telefonát telefonat anruf soittaa puhuin hívja beszéltem vorbit звонил звонила techniker technikerin bapak laut volgens enligt selon según secondo segundo według dle podle hälsa relancer",
    ),
    (
        AFTER_PERSON,
        "disagree disagrees refuses insists complains hung wonders argues seems sounds disagreed complained pinged said says say wants want wanted asked asks asking called calls mentioned mentions told tells will would should could can is was has had signed signs approved approves agreed agrees confirmed confirms confirm replied replies prefers prefer joined joins join left leaves lives lived works worked requested requests needs needed thinks thought emailed emails wrote writes sent sends bought complained reported reports promised rejected declined refused owns own blocks block decides decide loves likes hates knows knew plays explained explains pointed points spent began started became arrived moved moves visited grew studied noted notes added adds suggested believes hopes expects raised flagged insisted answered died won lost married retired resigned signed paid pays spoke speaks met meets gave gives got gets came comes went goes did does who whose whom s",
    ),
    (
        NAME_LABEL,
        "name names contact contacts customer client patient employee caller holder cardholder beneficiary recipient attn attention from to cc by author user owner assistant manager rep representative signatory applicant tenant ansprechpartner kunde kundin nom prénom nombre apellido nome cognome naam voornaam achternaam namn navn nimi jméno příjmení imię nazwisko ad soyad név vorname nachname surname firstname lastname fullname suppliedname directed starring written sender spouse guardian insured policyholder passenger guest subscriber champion blocker influencer backup csm organiser organizer attendees reporter assignee watcher witness referee bearbeiter bearbeiterin vertretung verantwortlich verantwortliche asignado asignada atendente responsable responsabile asistente assistente teilnehmer anrufer présents excusé interlocuteur contactpersoon opiekun kontaktperson yetkili ügyintéző guarantor kin nok",
    ),
    (
        ORG_LABEL,
        "account company companies employer firm organization organisation org firma unternehmen société entreprise empresa azienda bedrijf vendor supplier partner accountname companyname",
    ),
    (
        STREET,
        "street st road rd avenue ave av lane ln drive dr boulevard blvd court ct place pl square sq terrace terr way highway hwy parkway pkwy circle cir crescent cres close row mews trail trl turnpike tpke pike alley aly plaza plz crossing xing expressway freeway loop path pass run ridge grove gardens garden hill hills heights view views vista valley bend branch bridge brook burg bypass camp canyon cape causeway center centre cliff cliffs common commons corner corners course cove creek crest crossroad curve dale dam divide estate estates extension fall falls ferry field fields flat flats ford fords forest forge forges fork forks fort glen green harbor harbour haven hollow inlet island islands isle junction key keys knoll knolls lake lakes landing light lights lock locks lodge manor meadow meadows mill mills mission motorway mount mountain neck oval overpass park parks passage pine pines plain plains point points port ports prairie radial ramp ranch rapid rapids rest river shoal shore shores skyway spring springs spur spurs squares station stravenue stream streets summit throughway trace track trafficway tunnel underpass union unions viaduct village ville walk walks wall well wells mountains fords orchard stretch warf wharf rue allée quai impasse chemin route cours sentier via viale vicolo piazza piazzale corso strada largo contrada borgo salita calle avenida carrera paseo plazuela camino carretera ronda glorieta pasaje callejón urbanización rambla vial cuesta travesía rua travessa praça alameda estrada rodovia ladeira beco ul ulica al aleja aleje pl plac os osiedle ulice náměstí nám třída nábřeží straße strasse str weg platz allee gasse ring damm ufer chaussee steig straat laan plein gracht kade dreef singel dijk hof pad gatan gata gatu vägen väg gränd stigen torget vej gade veien vei gate katu tie utca út u tér körút sokak sokağı sk cadde caddesi cad bulvarı mahallesi mah jalan jl jln marg nagar chowk rasta zila path bulevardul strada şoseaua ulitsa prospekt đường phố hẻm ngõ khu khóm số odos leoforos λεωφόρος οδός οδ ulica trg cesta yard wynd brae mansions broadway gürtel kai zeile promenade ул улица проспект переулок бульвар вулиця",
    ),
    (
        ALSO_NO_PLACE,
        "turkey china jordan chad georgia guinea jersey mali cuba dominica israel niger grenada nice victoria phoenix perth adelaide cork mobile reading orlando austin houston dallas florence sofia lima paris charlotte denver essen split bath savannah rio porto salvador santiago alexandria odessa paulo janeiro aires hong kong tel kuala buenos sydney columbia brno portland",
    ),
    (
        PAIR_FIRST,
        "united south north new saudi sri costa czech puerto hong los san sierra ivory el",
    ),
    (
        STREET_PREFIX,
        "rue avenue boulevard allée place quai impasse chemin route cours via viale vicolo piazza corso strada largo contrada borgo salita canale stretto calle avenida carrera plaza paseo plazuela camino carretera ronda glorieta pasaje callejón urbanización rambla vial cuesta travesía acceso circuito andador privada cerrada prolongación calzada retorno transversal periférico viaducto corredor continuación ampliación peatonal gang gg jl alameda rua travessa praça estrada rodovia ladeira ul ulica al aleja pl plac os osiedle ulice náměstí nám třída jalan jln bulevardul λεωφόρος οδός ulitsa đường phố hẻm số c av avda bd vila vale jardim parque loteamento fazenda sítio conjunto distrito favela colônia morro quadra residencial setor passarela viaduto esplanada praia área núcleo recanto campo aeroporto chácara condomínio feira lago lagoa trecho trevo vereda viela pátio estação trg cesta ulica bulevar rruga calea soseaua chaussée faubourg quartier chaussee str bdul splaiul aleea intrarea piața ул просп пер пл бул вул проспект naberezhnaya αγίου",
    ),
    (
        UNIT,
        "suite ste apt apartment apartamento appartamento unit flat studio floor fl room rm building bldg box postbox psc piso puerta planta esc escalera piano interno bâtiment bât étage appt lokal lok byt kat daire no hno wohnung stock etage huis po pobox mailbox level house block tower appartement lejlighed lgh",
    ),
    (
        LEGAL,
        "jsc pjsc ojsc ooo oao sdn bhd pte kk inc incorporated corp corporation ltd limited llc llp lp plc pllc gmbh ag kg kgaa ohg ug mbh ev eg se sa sas sasu sarl eurl snc spa srl srls sapa sl slu slne sll scp sccl cb bv nv vof ab hb kb oy oyj as asa aps ans ks sp spj spk sro spol vos ks zrt kft bt nyrt doo dd ad ood eood srl pty pte pvt co company sdn bhd tbk pt kk gk yk kabushiki kaisha 株式会社 有限会社 aş şti tic san holding holdings ltda me epp eireli cia sia uab as ou oü tov ooo zao oao pao tnhh mtv sal saog pjsc psc fze fzco llo",
    ),
    (
        ORG_WORD,
        "group groep gruppe groupe gruppo grupo partners associates association bank banco banca banque insurance university college institute school hospital hôpital ospedale krankenhaus ziekenhuis praxis practice surgery clinic church foundation stiftung stichting fundacja fundación fondazione fondation society club council committee ministry department agency authority commission solutions systems technologies technology tech software consulting consultants services industries enterprises enterprise international global logistics media networks network capital ventures investments investment trust fund bros brothers sons associés asociados associati associados filhos figli hijos fils söhne spółdzielnia cooperative coop laboratories labs pharma pharmaceuticals energy electric motors airlines airways railways telecom communications financial finance securities holdings asset management realty properties construction engineering manufacturing foods bakery restaurant hotel hotels resorts studios entertainment records publishing press news times daily journal herald company companies corporation inşaat sağlık hizmetleri comercial distribuciones inversiones desarrollo tecnologías",
    ),
    (
        COUNTRY,
        "afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas bahrain bangladesh barbados belarus belgium belize benin bhutan bolivia bosnia botswana brazil brasil brunei bulgaria burundi cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus czechia denmark djibouti dominica ecuador egypt england eritrea estonia eswatini ethiopia fiji finland france gabon gambia germany deutschland ghana greece greenland grenada guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy italia jamaica japan jordan kazakhstan kenya kiribati kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg madagascar malawi malaysia maldives mali malta mauritania mauritius mexico méxico micronesia moldova monaco mongolia montenegro morocco mozambique myanmar namibia nauru nepal netherlands nederland nicaragua niger nigeria norway norge oman pakistan palau palestine panama paraguay peru perú philippines poland polska portugal qatar romania russia rwanda samoa scotland senegal serbia seychelles singapore slovakia slovenia somalia spain españa sudan suriname sweden sverige switzerland schweiz suisse svizzera syria taiwan tajikistan tanzania thailand togo tonga tunisia turkey türkiye turkmenistan tuvalu uganda ukraine uruguay uzbekistan vanuatu venezuela vietnam wales yemen zambia zimbabwe österreich",
    ),
    (
        NATIONALITY,
        "afghan albanian algerian american andorran angolan argentine argentinian armenian australian austrian azerbaijani bahamian bahraini bangladeshi barbadian belarusian belgian belizean beninese bhutanese bolivian bosnian brazilian british bulgarian burmese burundian cambodian cameroonian canadian chadian chechen chilean chinese colombian congolese croatian croat cuban cypriot czech danish dane djiboutian dominican dutch ecuadorian ecuadorean egyptian emirati english eritrean estonian ethiopian fijian filipino finn finnish french gabonese gambian georgian german ghanaian greek greenlander greenlandic grenadian guatemalan guinean guyanese haitian honduran hungarian icelander icelandic indian indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh kenyan korean kosovar kurdish kuwaiti kyrgyz laotian latvian lebanese liberian libyan liechtensteiner lithuanian luxembourger macedonian malagasy malawian malaysian maldivian malian maltese mauritian mexican moldovan monegasque mongolian montenegrin moroccan mozambican namibian nepalese nepali nicaraguan nigerian nigerien norwegian omani pakistani palestinian panamanian papuan paraguayan persian peruvian pole polish portuguese qatari romanian russian rwandan samoan saudi scot scottish senegalese serb serbian seychellois singaporean slovak slovakian slovene slovenian somali spaniard spanish sudanese surinamese swede swedish swiss syrian taiwanese tajik tanzanian thai tibetan togolese tongan trinidadian tunisian turk turkish turkmen ugandan ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni yugoslav zambian zimbabwean scandinavian scotsman welshman québécois",
    ),
    (
        STATE,
        "alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming ontario quebec québec alberta manitoba saskatchewan bavaria bayern hessen sachsen queensland victoria tasmania nsw apo fpo dpo al ak az ar ca co ct de dc fl ga hi id il ia ks ky la md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy ab bc mb nb nl ns nt nu on pe qc sk yt aa ae ap",
    ),
    (
        CITY,
        "london paris berlin madrid rome roma milan milano munich münchen hamburg cologne köln frankfurt stuttgart düsseldorf vienna wien zurich zürich geneva genève basel bern brussels bruxelles antwerp amsterdam rotterdam utrecht lisbon lisboa porto barcelona sevilla seville bilbao naples napoli turin torino florence firenze venice bologna genoa palermo lyon marseille toulouse bordeaux lille nantes strasbourg nice dublin cork edinburgh glasgow manchester birmingham liverpool leeds bristol cardiff belfast sheffield newcastle nottingham stockholm gothenburg göteborg malmö oslo bergen copenhagen københavn aarhus helsinki tampere reykjavik reykjavík warsaw warszawa kraków krakow gdańsk wrocław poznań łódź prague praha brno budapest bucharest bucurești sofia athens αθήνα thessaloniki zagreb ljubljana belgrade sarajevo skopje tirana bratislava vilnius riga tallinn kyiv kiev lviv odessa moscow москва minsk tbilisi yerevan baku istanbul ankara izmir antalya tel aviv jerusalem haifa beirut damascus amman baghdad tehran riyadh jeddah dubai doha cairo alexandria casablanca rabat tunis algiers lagos abuja accra nairobi kampala johannesburg durban pretoria delhi mumbai bangalore bengaluru chennai kolkata hyderabad pune ahmedabad karachi lahore islamabad dhaka kathmandu colombo bangkok hanoi saigon jakarta manila kuala lumpur beijing shanghai shenzhen guangzhou hong kong taipei tokyo osaka kyoto nagoya yokohama sapporo fukuoka seoul busan sydney melbourne brisbane perth adelaide auckland wellington christchurch toronto montreal vancouver calgary ottawa chicago boston seattle denver dallas houston austin atlanta miami detroit phoenix philadelphia baltimore minneapolis cleveland pittsburgh cincinnati sacramento oakland portland orlando tampa nashville memphis milwaukee albuquerque tucson fresno bogotá bogota medellín lima quito caracas santiago buenos aires montevideo asunción brasília brasilia rio janeiro paulo salvador recife curitiba guarulhos chandigarh jaipur lucknow kochi surat indore nagpur coimbatore noida gurgaon gurugram thane visakhapatnam patna bhopal vadodara mysore mangalore leicester coventry bradford plymouth norwich cambridge oxford reading exeter swansea aberdeen dundee inverness derry galway limerick waterford bloemfontein gqeberha hobart darwin canberra geelong wollongong hamilton halifax winnipeg edmonton regina saskatoon québec laval graz linz salzburg innsbruck luzern lausanne winterthur bonn essen dortmund bremen leipzig dresden hannover nürnberg karlsruhe mannheim rouen rennes grenoble dijon angers nîmes reims montpellier valencia málaga zaragoza murcia alicante bari catania verona trieste padova brescia eindhoven groningen tilburg breda nijmegen gent brugge leuven braga coimbra faro uppsala västerås örebro linköping stavanger odense aalborg espoo turku oulu katowice szczecin lublin bydgoszcz ostrava plzeň olomouc debrecen szeged pécs timișoara iași constanța bursa adana konya gaziantep patras πάτρα",
    ),
    (
        PLACE_PREFIX,
        "north south east west new port lake saint st san santa são sao los las el la bad sankt mount mt fort upper lower great little nova novo nowy nowa nové nový gross groß klein stadt city villa ville cité cite tp thành",
    ),
    (
        CURRENCY,
        "usd eur gbp chf jpy cny inr aud cad nzd sek nok dkk pln czk huf ron bgn try brl mxn zar aed sar ils sgd hkd krw thb idr myr php vnd rub uah dollar dollars euro euros pound pounds sterling yen yuan rupees rupee francs franc krona kronor kroner zloty zł kč real reais peso pesos bucks quid cents lakh crore grand",
    ),
    (
        CARD_CUE,
        "card cards creditcard visa mastercard amex maestro discover diners jcb pan karte kreditkarte carte tarjeta carta cartão kaart kort karta kart",
    ),
    (
        PHONE_CUE,
        "phone phones telephone tel tél call called calling calls caller callback cb ring dial mobile cell cellphone cel mob fax text texted sms whatsapp signal reach reached reachable contact number numbers no desk direct dd office landline hotline extension ext handy telefon telefono teléfono telefone téléphone telefoon mobil móvil cellulare celular portable gsm cep numer numero número nummer alt work home t m p f ph mobilephone homephone otherphone callers line 电话 手机 電話 携帯 messages messaging meldet melden erreichbar erreichen anrufen angerufen bellen bel belt terugbellen bereikbaar llamar llame llámame rappeler rappelle joindre joignable ligar liga chiamare richiamare zadzwonić oddzwonić dzwonić ringa ringer nås ringe soita tavoittaa arayın arasın zavolat volat",
    ),
    (
        ID_CUE,
        "ssn social security sin nin nino nhs national insurance identity identification tax taxpayer tin itin ein vat ust ustid steuer steuernummer steuerid mwst tva iva nif nie dni cif cpf cnpj rg rut run curp rfc nss nir insee siren siret codice fiscale cf partita bsn burgerservicenummer sofi rijksregisternummer niss pesel nip regon rodné číslo rč dič ičo personnummer personnr pnr personal cpr fødselsnummer henkilötunnus hetu cnp egn oib jmbg emso amka afm tckn kimlik aadhaar aadhar pan nric fin hkid mykad nik ktp tfn abn ird ahv avs kvnr sozialversicherungsnummer svnr rentenversicherung asmens kodas isikukood perskod resident citizen mynumber medicare sozial idnr teudat zehut снилс emirates pps ppsn αφμ αμκα gstin gst hst perso personalausweis personalausweisnummer ausweisnummer reisepassnummer passnummer sozialversicherung nas sécu cédula cedula dui ine adóazonosító taj adószám рнокпп ипн инн emšo cuil cuit utr",
    ),
    (
        ACCOUNT_CUE,
        "account acct acc accounts iban bank routing aba sort bic swift deposit konto kontonummer compte cuenta conto conta rekening bankrekening rachunek účet hesap bankkonto checking savings customer member membership policy contract client kundennummer vertragsnummer sortcode mrn policynumber kundennr kontonr polizze versicherungsnummer mitgliedsnummer klantnummer kundnummer numerocliente konta účtu számla számlaszám hesabı λογαριασμός",
    ),
    (
        REFERENCE,
        "case cases order orders po invoice invoices inv ticket tickets tracking track quote quotes sku issue issues ref reference rma bug pr job batch serial part item model shipment consignment awb parcel seats seat units build id ids record rev revision page limit offset code article art rechnung bestellung auftrag commande facture pedido factura ordine fattura zamówienie faktura bestelling casenumber opportunity opportunities lead flight gate bin isbn doi gross net total amount quantity qty port pid line lines row rows",
    ),
    (
        BIRTH_CUE,
        "born birth birthday birthdate birthday dob bday geboren geburtsdatum geb née né naissance nacido nacida nacimiento nato nata nascita nascido nascida nascimento geboortedatum geboren född født urodzony urodzona urodzenia narozen narozena doğum doğdu syntynyt född 生年月日 出生 födelsedatum fødselsdato fødselsdag syntymäaika narozená narozený narození narodený narodená született születési szül nascut născut născută nașterii γεννημένη γεννημένος γεννήθηκε γέννησης рождения родился родилась родилася народився народилась rođen rođena rođenja nasci nasceu natus nascut doğumlu doğ geburtstag geborene nació naît gebdatum ročník lahir sinh",
    ),
    (
        DOCUMENT_CUE,
        "passport passports reisepass passeport pasaporte passaporto passaporte paspoort pass licence license licenses dl driver drivers driving führerschein permis conducir patente rijbewijs prawo jazdy ausweis personalausweis identity visa permit residence residency cni",
    ),
    (
        VERSION_CUE,
        "version versions release released v ver build firmware api patch update upgrade node python java chrome ios android kernel",
    ),
    (
        PARTICLE,
        "van von der den de del della di da das do dos du des le la el al bin bint binti binte ibn ben abu ter ten te zu zum zur af av d o mac mc st san y e i dela vom 't op",
    ),
    (
        PRODUCT,
        "cloud clouds suite edition connector dashboard gateway router pack platform analytics campaign project projects report reports team portal roadshow webinar model formula plan plans bundle module package tier studio hub engine app apps api sync server manager object objects fields setup template agreement contract renewal security review conference summit program programme initiative series band album song movie film concert street road avenue day days week month year quarter period season festival league cup award prize act law treaty method effect index score list queue stage pipeline seats service services device pro plus max mini lite enterprise premium basic standard edition version sprint release branch repo product products templates workflows dashboards gateways bundles widgets integrations connectors permissions profiles layouts triggers entitlements packages modules playbooks",
    ),
    (
        BRAND,
        "salesforce apex lightning einstein slack tableau mulesoft pardot heroku google microsoft apple amazon aws azure oracle sap github linkedin facebook instagram twitter youtube whatsapp zoom outlook gmail excel powerpoint word teams sharepoint jira confluence zendesk hubspot stripe paypal visa mastercard iphone android windows linux mac chrome firefox safari openai anthropic gpt gemini copilot agentforce chatter trailhead visualforce soql sosl crm erp api sow nda msa rfp rfi kpi roi ceo cfo cto coo cio vp svp evp hr it pr csv pdf json xml html url faq sla arr mrr eod eob asap fyi tbd tba mfa sso vpn utc gmt est pst cet am pm hq usa us uk eu un nato q1 q2 q3 q4 h1 h2 fy ok lvm pls etc mtg iot ai ml saas b2b b2c opportunity opportunities lead leads contact contacts account accounts case cases task tasks event events quote quotes pricebook prospecting qualification negotiation closed won lost proposal internet bluetooth wifi sonar sonarqube kafka grafana prometheus kibana logstash elasticsearch splunk nagios zabbix gradle maven docker kubernetes terraform ansible gitlab bitbucket datadog pagerduty postgres postgresql mysql mongodb redis rabbitmq nginx tomcat hadoop selenium cypress playwright snowflake databricks netflix spotify tesla bot siri cortana bixby chronopost colissimo sentry",
    ),
    (
        FUNCTION,
        "the a an and or but if of in on at to for from with by as is are was were be been being am do does did done doing have has had having i you he she it we they me him her us them my your his its our their mine yours this that these those there here who whom whose which what where when why how all any both each few more most other some such no nor not only own same so than too very can could will would shall should may might must just also now then once about above after again against before below between down during further into off out over through under until up while yes please thanks let lets get got make made need see go new one two three per der die das den dem des ein eine einer eines und oder nicht mit von zu im am ist sind war wir ihr sie er es ich bei für auf aus nach über le les un une et ou ne pas avec pour sur dans par est sont nous vous ils elle je tu ce cette los las una y o con por para en es son somos que se su sus lo il gli e ed è sono che non di per os as um uma em do da no na ao het een en van dat niet op te zijn och att som är det på i og jeg",
    ),
    (
        WORD,
        "email emails online offline webinar website onboarding rollout roadmap upsell dataset username signup login logout config org crm url ids app apps admin blog chatbot inbox demo demos ok okay redlines redline roadshow picklist dashboard workflow regarding vs re fw fwd ack cust mgr mgmt acct dept qty misc info intro followup follow todo tbd voicemail covid startup fintech hi hey dob reassign escalate reschedule summarise summarize prioritise organise whatsapp onboard kickoff meetup standup newsletter invoicing invoiced prepaid upfront seo csv",
    ),
    (
        JOB,
        "ceo cfo cto coo cio president chairman chairwoman director manager executive officer engineer developer designer analyst consultant accountant lawyer attorney solicitor teacher nurse doctor physician surgeon dentist pharmacist therapist pedicurist bibliographer technician correspondent operator driver diver drafter paperhanger clerk secretary assistant receptionist administrator supervisor coordinator specialist architect electrician plumber carpenter mechanic painter chef cook waiter waitress bartender cashier salesperson salesman saleswoman buyer planner librarian journalist editor writer author actor photographer musician scientist researcher professor lecturer economist statistician psychologist counselor sociologist farmer fisherman butcher baker tailor barber hairdresser cleaner janitor guard firefighter soldier pilot captain sailor courier inspector auditor broker trader banker underwriter actuary veterinarian optometrist paralegal bailiff machinist welder roofer mason locksmith jeweler translator interpreter producer programmer webmaster personnel aide",
    ),
    (
        ADDRESS_CUE,
        "address addresses addr adresse adres adresa dirección direccion endereço indirizzo osoite adress street mailing shipping billing delivery deliver delivered ship shipped shipping sent located location lives live living reside resides residing residence moved moving move hq headquarters office offices arrived meet postal return mailed taxi restaurant mailingstreet billingstreet shippingstreet house home 住所 地址 地址 wohnhaft anschrift wohnt domicilio domicile demeurant habite residente vive morada bytem zam zamieszkały zamieszkała lakcím bor asuu bosatt woonachtig wonende woont residenza domiciliato domiciliata διεύθυνση οδός адрес адреса проживает boende bopæl bosted ikamet adresi",
    ),
    (
        AGE_CUE,
        "age aged old years year yrs yo yr alter jahre alt ans años anni anos jaar lat let rokov yaşında años",
    ),
    (
        SECRET_CUE,
        "password passwords passwd pwd pw pass passcode passphrase pin secret secrets token tokens apikey key keys credential credentials bearer authorization passwort kennwort contraseña clave senha wachtwoord hasło heslo şifre mot passe otp",
    ),
    (
        ABBREVIATION,
        "no nr st ave rd apt ste bldg fl dept inc ltd corp co jr sr vs etc approx tel ext fig vol pp est no num ul al pl os nám str av tp hr",
    ),
    (
        POSTCODE_CUE,
        "zip zipcode postcode postal postleitzahl plz cap cep pincode psč kod cp postnummer postinumero mailingpostalcode billingpostalcode 邮编 郵便番号 eircode zipcodes postalcode postcodes postiljon irányítószám ταχ тк индекс τκ",
    ),
    (
        PLACE_CUE,
        "from in at to near visit visited visiting travelling traveling travel trip moving moved move live lives living reside based located arrive arrived arriving fly flying flew outside inside around across throughout toward towards leaving left city town village via aus nach de en di da z w do te uit i til från fra",
    ),
];
