//! Words beside which a capital names a thing or a firm and no person.

use super::{Class, MATERIAL, ORG_WORD, THING, TRADE};

/// Words by what they are, beside those of the other short lists.
pub(super) const LISTS: &[(Class, &str)] = &[
    (
        THING,
        "project projects projekt projekte projekts projektet projektu projet projets proyecto proyectos progetto progetti projeto projetos operation operación operazione operação operacja initiative iniciativa iniziativa programme programm programma programa program programu codename deckname codenaam kodnamn kryptonym system systems systemet systeem sistema sistemas sistemi systemu systém systému système software outil logiciel herramienta strumento ferramenta narzędzie nástroj verktyg verktøj hulpmiddel werkzeug paket paketet paketti pakket pakiet pakietu balíček balíčku pacote paquete pacchetto formule fórmula tarif tarifa tariffa taryfa tarief piano plano abonnement plattform plateforme piattaforma plataforma platforma modul modulo módulo modulet anwendung aplicación applicazione aplicativo aplikacja aplikace applikation campagne campaña campagna campanha kampagne kampania kampaň kampanj produit producto prodotto produto produkt modell modello modelo modèle testlauf kollektion colección collezione coleção kolekcja kolekce baureihe gamme linha línea fase faza fáze etap etapa phase etappe lot lote tranche wersja verze versión versione versão",
    ),
    (
        TRADE,
        "autohaus kesselbau feinkost bäckerei metzgerei tischlerei schreinerei druckerei gärtnerei brauerei weingut molkerei apotheke kanzlei maschinenbau stahlbau metallbau anlagenbau fahrzeugbau holzbau tiefbau elektrotechnik möbelhaus gasthof gasthaus buchhandlung baumschule sägewerk zimmerei reederei werkzeugbau modehaus autowerkstatt steuerkanzlei menuiserie boulangerie pâtisserie bijouterie imprimerie librairie pharmacie brasserie fromagerie charcuterie plomberie serrurerie quincaillerie papeterie cartonnerie fonderie laiterie conserverie scierie ébénisterie carrosserie emballages chaudronnerie tonnellerie établissements ets cabinet transportes aceites viveros talleres bodegas construcciones muebles ferretería autoescuela conservas grúas pinturas carpintería imprenta librería joyería óptica hostal cárnicas lácteos gráficas excavaciones panificadora gestoría officine officina ceramiche trasporti falegnameria panificio pastificio caseificio cantine tipografia cartiera mobilificio autotrasporti costruzioni trattoria pasticceria gioielleria salumificio oleificio calzaturificio lanificio edilizia arredamenti carrozzeria vivai metalúrgica laticínios transportadora padaria confeitaria farmácia drogaria supermercado supermercados construtora móveis frigorífico cerâmica autopeças pousada mercearia cervejaria vinícola adega tecelagem imobiliária hurtownia drukarnia piekarnia cukiernia stolarnia apteka meble kancelaria mleczarnia browar cegielnia tartak masarnia księgarnia przychodnia restauracja pekárna truhlářství autoservis lékárna tiskárna pivovar mlékárna řeznictví stavebniny zahradnictví kovovýroba strojírna strojírny cukrárna restaurace penzion nakladatelství knihkupectví autodoprava zámečnictví klempířství kwekerij bakkerij slagerij bouwbedrijf bouwgroep drukkerij apotheek timmerbedrijf schildersbedrijf installatiebedrijf transportbedrijf brouwerij boekhandel makelaardij notariskantoor advocatenkantoor accountantskantoor hoveniersbedrijf loonbedrijf machinefabriek aannemersbedrijf rederij",
    ),
    (
        ORG_WORD,
        "dairy cement packaging aviation aerospace catering estates poultry freight brewery distillery textiles plastics garages fabrics ceramics veterinary chemicals petroleum outfitters nurseries orchards vineyards builders roofing plumbing interiors furnishings jewellers jewelers haulage biotech biosciences genomics diagnostics robotics optics seafoods fisheries farms homes advisory brokers recruitment wholesalers stationers semiconductor semiconductors biologics therapeutics coatings pharmacy ambalaj lojistik gıda tekstil makina makine mobilya nakliyat otomotiv kimya plastik turizm enerji yapı madencilik eczanesi byggvaror energi bygg åkeri bageri bryggeri snickeri tryckeri fastigheter konsult redovisning måleri uhren maschinenbau emballages logistik logistiek",
    ),
    (
        MATERIAL,
        "sandy hazel heather holly laurel rosemary sherry robin violet maxim linden olive ruby amber jade ginger clay rusty misty crystal ivory coral pearl ash rowan basil sage marina",
    ),
];
