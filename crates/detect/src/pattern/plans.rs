//! Country calling codes, how long the numbers behind them are, and what is dialled before them at home.
//!
//! A table of our own, small enough for every build. Its test holds it against the metadata of libphonenumber 9.0.33, which the
//! crate `phonenumber` carries: what differs there fails.

use std::{collections::HashMap, sync::LazyLock};

/// The numbers behind one calling code.
#[derive(Debug)]
pub(super) struct Plan {
    code: u32,
    /// What is dialled before a number at home; none is the beginning of another.
    trunks: Vec<Vec<u8>>,
    /// Lengths of fixed lines' and mobiles' numbers, without code and trunk prefix.
    usual: Lengths,
    /// Lengths that only others have: free, at a shared cost, of firms.
    also: Lengths,
    /// Lengths that numbers had in this century: records keep them.
    formerly: Lengths,
}

impl Plan {
    /// How many digits of a number as it is dialled at home are a trunk prefix, when the rest has a length of the plan.
    pub(super) fn national(&self, digits: &[u8]) -> Option<usize> {
        let prefixed = self.trunks.iter().find(|trunk| {
            let rest = digits.len().saturating_sub(trunk.len());
            // In Argentina a mobile has a 15 behind its area, which is no part of the number.
            digits.starts_with(trunk) && (self.has(rest) || self.code == 54 && rest == 12)
        });
        prefixed.map(Vec::len).or(self.has(digits.len()).then_some(0))
    }

    /// Whether numbers of this length are usual in a country whose numbers are short: a small one, without areas
    /// and so without a trunk prefix. Five digits are one where no fixed line or mobile has more than seven.
    pub(super) fn short(&self, length: usize) -> bool {
        let least = if self.usual.0 >> 8 == 0 { 5 } else { 6 };
        self.code > 99
            && self.trunks.is_empty()
            && (least..8).contains(&length)
            && self.usual.has(length)
    }

    /// Whether it is North America's: an area and an exchange of three digits, neither of which begins with 0 or 1.
    pub(super) fn american(&self) -> bool {
        self.code == 1
    }

    /// Whether numbers have a 0 of their own in front: of Italy, San Marino, the Ivory Coast and Congo.
    pub(super) fn begins_with_zero(&self) -> bool {
        matches!(self.code, 39 | 225 | 242 | 378)
    }

    fn has(&self, length: usize) -> bool {
        self.usual.has(length) || self.also.has(length) || self.formerly.has(length)
    }
}

/// Lengths as bits.
#[derive(Clone, Copy, Debug)]
struct Lengths(u32);

impl Lengths {
    /// `7 9-11`.
    fn read(text: &str) -> Self {
        let bits = text.split_ascii_whitespace().filter_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let lengths = first.parse().ok()?..=last.parse().ok()?;
            Some(lengths.fold(0, |bits, length: u32| bits | 1 << length))
        });
        Self(bits.fold(0, |all, bits| all | bits))
    }

    fn has(self, length: usize) -> bool {
        length < 32 && self.0 >> length & 1 == 1
    }
}

/// The plans in the order of their codes, and which of them a country has.
struct Plans {
    plans: Vec<Plan>,
    countries: HashMap<[u8; 2], usize>,
}

static READ: LazyLock<Plans> = LazyLock::new(|| {
    let mut read = Plans { plans: Vec::new(), countries: HashMap::new() };
    for line in PLANS.lines() {
        let mut parts = line.split(';');
        let mut part = || parts.next().unwrap_or_default();
        let Ok(code) = part().parse() else { continue };
        let countries = part().split_ascii_whitespace();
        let countries = countries.filter_map(|it| it.as_bytes().try_into().ok());
        read.countries.extend(countries.map(|it: [u8; 2]| (it, read.plans.len())));
        let trunk = |it: &str| it.bytes().map(|digit| digit - b'0').collect();
        let trunks = part().split_ascii_whitespace().map(trunk).collect();
        let mut lengths = || Lengths::read(part());
        let (usual, also, formerly) = (lengths(), lengths(), lengths());
        read.plans.push(Plan { code, trunks, usual, also, formerly });
    }
    read
});

/// Length of the calling code that `digits` begin with, when the rest fits its plan, a `0` kept after the code or not.
pub(super) fn international(digits: &[u8]) -> Option<usize> {
    (1..=3).find(|count| {
        let code = digits.iter().take(*count).fold(0, |n, d| n * 10 + u32::from(*d));
        let Ok(at) = READ.plans.binary_search_by_key(&code, |plan| plan.code) else { return false };
        let rest = digits.len().saturating_sub(*count);
        let kept = digits.get(*count) == Some(&0);
        READ.plans.get(at).is_some_and(|it| it.has(rest) || kept && it.has(rest.saturating_sub(1)))
    })
}

/// The plan of a country (ISO 3166, upper case).
pub(super) fn of(country: [u8; 2]) -> Option<&'static Plan> {
    READ.countries.get(&country).and_then(|at| READ.plans.get(*at))
}

/// Calling code, countries (the main one first), trunk prefixes, lengths of fixed lines and mobiles, other lengths, former ones. Of
/// lengths all that make seven to fifteen digits with the code.
const PLANS: &str = "\
1;US AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT VC VG VI;1;10;7
7;RU KZ;8;10;14
20;EG;0;8-10;
27;ZA;0;5-9;10
30;GR;;10;11 12
31;NL;0;9 11;5-8 10
32;BE;0;8 9;
33;FR;0;9;
34;ES;;9;
36;HU;06;8 9;
39;IT VA;;6-12;
40;RO;0;6 9;
41;CH;0;9;
43;AT;0;5-13;
44;GB GG IM JE;0;9 10;7
45;DK;;8;
46;SE;0;7-9;6 10
47;NO SJ;;8;5
48;PL;;7 9;6 8 10
49;DE;0;5-13;
51;PE;0;8 9;
52;MX;01 044 045;10;;11
53;CU;0;6-8 10;
54;AR;0;10 11;
55;BR;0;10 11;8 9
56;CL;;9;10 11;8
57;CO;0;8 10;11
58;VE;0;10;
60;MY;0;8-10;
61;AU CC CX;0;9;5-8 10 12
62;ID;0;7-12;13
63;PH;0;6 8-10;11-13
64;NZ;0;8-10;5-7
65;SG;;8;10 11
66;TH;0;8 9;10 13
81;JP;0;9 10;8 11-13
82;KR;0;5 6 8-10;11-13
84;VN;0;9 10;7 8
86;CN;0;7-11;12
90;TR;0;10;7 12 13
91;IN;0;10;8 9 11-13
92;PK;0;9 10;8 11 12
93;AF;0;9;
94;LK;0;9;
95;MM;0;6-10;
98;IR;0;6 7 10;5
211;SS;0;9;
212;MA EH;0;9;
213;DZ;0;8 9;
216;TN;;8;
218;LY;0;9;
220;GM;;7;
221;SN;;9;
222;MR;;8;
223;ML;;8;
224;GN;;8 9;
225;CI;;10;;8
226;BF;;8;
227;NE;;8;
228;TG;;8;
229;BJ;;10;8
230;MU;;7 8;10
231;LR;0;7-9;
232;SL;0;8;
233;GH;0;9;8
234;NG;0;10;11 12;8
235;TD;;8;
236;CF;;8;
237;CM;;9;8
238;CV;;7;
239;ST;;7;
240;GQ;;9;
241;GA;0;7 8;
242;CG;;9;
243;CD;0;7-10;
244;AO;;9;
245;GW;;9;7
246;IO;;7;
247;AC;;5;6
248;SC;;7;
249;SD;0;9;
250;RW;0;8 9;
251;ET;0;9;
252;SO;;6-9;
253;DJ;;8;
254;KE;0;7-9;10
255;TZ;0;9;
256;UG;0;9;
257;BI;;8;
258;MZ;;8 9;
260;ZM;0;9;
261;MG;0;9;
262;RE YT;0;9;
263;ZW;0;5-10;
264;NA;0;8 9;
265;MW;0;7 9;
266;LS;;8;
267;BW;;7 8;10
268;SZ;;8;9
269;KM;;7;
290;SH TA;;4 5;
291;ER;0;7;
297;AW;;7;
298;FO;;6;
299;GL;;6;
350;GI;;8;
351;PT;;9;
352;LU;;4-11;
353;IE;0;7-10;
354;IS;;7 9;
355;AL;0;8 9;6 7
356;MT;;8;
357;CY;;8;
358;FI AX;0;5-10;11 12
359;BG;0;6-9;12
370;LT;0 8;8;
371;LV;;8;
372;EE;;7 8;10
373;MD;0;8;
374;AM;0;8;
375;BY;80 8 0;9;6-8 10 11
376;AD;;6 9;8
377;MC;0;8 9;
378;SM;;8 10;
380;UA;0;9;10
381;RS;0;7-12;6
382;ME;0;8;9
383;XK;0;8-12;
385;HR;0;8 9;7
386;SI;0;8;5-7
387;BA;0;8 9;
389;MK;0;8;
420;CZ;;9;
421;SK;0;6 7 9;
423;LI;;7 9;
500;FK;;5;
501;BZ;;7;11
502;GT;;8;11
503;SV;;8;7 11
504;HN;;8;11
505;NI;;8;
506;CR;;8;10
507;PA;;7 8;10 11
508;PM;0;6 9;
509;HT;;8;
590;GP BL MF;0;9;
591;BO;0;8;9
592;GY;;7;
593;EC;0;8 9;10 11
594;GF;0;9;
595;PY;0;7-9;6 10 11
596;MQ;0;9;
597;SR;;6 7;
598;UY;0;8;4-7 9-12
599;CW BQ;;7 8;
670;TL;;7 8;
672;NF;;6;
673;BN;;7;
674;NR;;7;
675;PG;;7 8;
676;TO;;5 7;
677;SB;;5 7;
678;VU;;5 7;
679;FJ;;7;11
680;PW;;7;
681;WF;;6;9
682;CK;;5;
683;NU;;4 7;
685;WS;;5-7 10;
686;KI;;5 8;
687;NC;;6;
688;TV;;5-7;
689;PF;;8;6 9
690;TK;;4-7;
691;FM;;7;
692;MH;;7;
800;;;;8
808;;;;8
850;KP;0;8 10;
852;HK;;8;5-7 9 11
853;MO;;8;7
855;KH;0;8 9;10
856;LA;0;8-10;
870;;;9 12;
878;;;;12
880;BD;0;6-10;
881;;;9 10;
882;;;7-10 12;11
883;;;;8-12
886;TW;0;8 9;7 10 11
888;;;;11
960;MV;;7;10
961;LB;0;7 8;
962;JO;0;8 9;
963;SY;0;8 9;
964;IQ;0;8-10;
965;KW;;8;7
966;SA;0;9;10
967;YE;0;7-9;
968;OM;;8;7 9
970;PS;0;8 9;10
971;AE;0;8 9;5-7 10-12
972;IL;0;8 9 11 12;7 10
973;BH;;8;
974;QA;;8;7 9 11
975;BT;;7 8;
976;MN;0;8-10;
977;NP;0;8 10;11
979;;;;9
992;TJ;;9;
993;TM;8;8;
994;AZ;0;9;
995;GE;0;9;
996;KG;0;9;10
998;UZ;;9;";

#[cfg(test)]
mod tests;
