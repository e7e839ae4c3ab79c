//! For measuring alone: whoever mends a rule because of one moves the sentence.

pub(crate) const KEPT_APART: &[&str] = &[
    "After three attempts I finally got hold of <full>; she wants the invoice addressed to <firm>, <street>, <zip> <town>.",
    "quick one - has <lower> been told about the outage? try <phone>",
    "Voicemail transcript: \"This is <full> from <firm>, my number is <phone>, please call me back about the quote.\"",
    "Dear <first>,\n\nI have asked <full2> to join our review. You can also mail <email2>.\n\nSincerely,\n<full>\nHead of Purchasing, <firm>\nT <phone>",
    "Which opportunities did <initial> close for <firm>?",
    "Find every case opened by <email> or by anyone at <firm>.",
    "KYC: <full>, born <dob>, resident at <street>, <zip> <town>; IBAN <iban>.",
    "<first>: can you resend the link?\n<first2>: sure, to <email>?\n<first>: yes please",
    "{\"records\":[{\"LastName\":\"<last>\",\"MobilePhone\":\"<phone>\",\"Description\":\"Prefers <first2> as a contact. Paid with <card>.\"}]}",
    "name,street,city,zip,phone\n<full>,\"<street>\",<town>,<zip>,<phone>",
    "We owe <full> an apology: <possessive> parcel went to <full2>.",
    "Sehr geehrte Frau <last>, anbei das Angebot für die <firm>. Rückfragen an <email>.",
    "Bonjour Monsieur <last>, votre dossier a été transmis à <full2> (<phone2>).",
    "Estimado señor <last>: adjunto la factura de <firm>. Un saludo, <full2>",
    "Gentile dott. <last>, la contatto per conto di <firm>. Il mio numero è <phone>.",
    "Upsert contact: <lastfirst>; account <firm>; mail <email>; tel <phone>",
    "When did <full> last log in? Her address was <ip>.",
    "Trip report: dinner with <full> and <full2> at the <town> office.",
    "<upper> ASKED TO CANCEL. CALL <phone>.",
    "The caller, <full>, gave <ssn> as social security number and <card> as card.",
    "https://crm.example.com/lightning/search?q=<email>",
    "{\"text\":\"Hi, I'm <full>. Reach me: <email> / <phone>\"}",
    "Owner: <full>\nBackup: <full2>\nDue: next sprint",
    "Did <first> or <full2> promise the discount?",
    "我是<full>，我的邮箱是<email>。",
    "お世話になっております。<full>です。電話番号は<phone>です。",
];

/// Nobody's data, however it looks.
pub(crate) const NOBODYS_KEPT_APART: &[&str] = &[
    "Show accounts without activity in 90 days, sorted by renewal date.",
    "Firmware 7.3.0-rc2 breaks sync on devices with serial SN<case>A; see ticket JIRA-<case>.",
    "Rob the rich? No: grant read access, then bill the client in June.",
    "Quote Q-<case> replaces Q-<case>; order 8001<case> ships in two parts.",
    "Please translate the onboarding guide into French and Polish.",
    "Campaign members grew by 12 percent while Service Cloud tickets fell.",
    "Frank feedback: the stone path is a dead end, the young team needs a win.",
    "IF(ISPICKVAL(StageName, \"Closed Won\"), Amount * 0.05, 0)",
    "Bitte die offenen Aufträge nach Region und Monat zusammenfassen.",
    "Meeting room 4.12 is booked from 9:30 to 11:00, dial-in code to follow.",
];
