//! The check digits of national numbers. Each function gets exactly as many digits as its scheme names.

use super::super::{card::luhn, date};

fn at(digits: &[u8], index: usize) -> u32 {
    digits.get(index).copied().map_or(0, u32::from)
}

fn number(digits: &[u8], from: usize, count: usize) -> u64 {
    digits.iter().skip(from).take(count).fold(0, |n, d| n * 10 + u64::from(*d))
}

fn two(digits: &[u8], from: usize) -> u32 {
    at(digits, from) * 10 + at(digits, from + 1)
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| u32::from(*d) * w).sum()
}

fn uniform(digits: &[u8]) -> bool {
    digits.iter().all(|d| Some(d) == digits.first())
}

/// Any century: the numbers carry two digits of the year.
fn dated(year: u32, month: u32, day: u32) -> bool {
    date::plausible(2000 + year, month, day) || date::plausible(1900 + year, month, day)
}

pub(super) fn us_ssn(d: &[u8]) -> bool {
    let area = number(d, 0, 3);
    area != 0 && area != 666 && number(d, 3, 2) != 0 && number(d, 5, 4) != 0 && !uniform(d)
}

pub(super) fn us_ein(d: &[u8]) -> bool {
    two(d, 0) != 0 && !uniform(d)
}

pub(super) fn canada_sin(d: &[u8]) -> bool {
    luhn(d) && at(d, 0) != 8 && !uniform(d)
}

pub(super) fn nhs(d: &[u8]) -> bool {
    let check = 11 - weighted(d, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    check % 11 == at(d, 9) && check != 10
}

fn mod11_pair(d: &[u8], from: usize, weights: &[u32]) -> bool {
    let rest = weighted(d, weights) % 11;
    let check = if rest < 2 { 0 } else { 11 - rest };
    check == at(d, from)
}

pub(super) fn cpf(d: &[u8]) -> bool {
    !uniform(d)
        && mod11_pair(d, 9, &[10, 9, 8, 7, 6, 5, 4, 3, 2])
        && mod11_pair(d, 10, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
}

pub(super) fn cnpj(d: &[u8]) -> bool {
    !uniform(d)
        && mod11_pair(d, 12, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
        && mod11_pair(d, 13, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
}

pub(super) fn cuit(d: &[u8]) -> bool {
    let check = (11 - weighted(d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    matches!(two(d, 0), 20 | 23 | 24 | 25 | 26 | 27 | 30 | 33 | 34) && check == at(d, 10)
}

pub(super) fn nir(d: &[u8]) -> bool {
    matches!(at(d, 0), 1 | 2 | 7 | 8) && number(d, 13, 2) == 97 - number(d, 0, 13) % 97
}

/// ISO 7064 MOD 11,10.
pub(super) fn iso7064_11_10(d: &[u8]) -> bool {
    let mut product = 10;
    for digit in d.iter().take(d.len().saturating_sub(1)) {
        let sum = (u32::from(*digit) + product) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    (11 - product) % 10 == at(d, d.len().saturating_sub(1))
}

pub(super) fn steuer_id(d: &[u8]) -> bool {
    at(d, 0) != 0 && !uniform(d) && iso7064_11_10(d)
}

pub(super) fn bsn(d: &[u8]) -> bool {
    let sum = weighted(d, &[9, 8, 7, 6, 5, 4, 3, 2]);
    !uniform(d) && sum % 11 == at(d, 8) % 11
}

pub(super) fn belgium(d: &[u8]) -> bool {
    let check = number(d, 9, 2);
    let body = number(d, 0, 9);
    let month = two(d, 2) % 20;
    (check == 97 - body % 97 || check == 97 - (2_000_000_000 + body) % 97)
        && month <= 12
        && two(d, 4) <= 31
}

pub(super) fn pesel(d: &[u8]) -> bool {
    let sum = weighted(d, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    (10 - sum % 10) % 10 == at(d, 10) && dated(two(d, 0), two(d, 2) % 20, two(d, 4))
}

pub(super) fn nip(d: &[u8]) -> bool {
    weighted(d, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == at(d, 9)
}

/// Days above 60 mark a coordination number.
pub(super) fn sweden_short(d: &[u8]) -> bool {
    luhn(d) && dated(two(d, 0), two(d, 2), two(d, 4) % 60)
}

pub(super) fn sweden_long(d: &[u8]) -> bool {
    matches!(two(d, 0), 18..=20) && d.get(2..).is_some_and(sweden_short)
}

pub(super) fn norway(d: &[u8]) -> bool {
    let first = (11 - weighted(d, &[3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11;
    let second = (11 - weighted(d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    first == at(d, 9) && second == at(d, 10) && dated(two(d, 4), two(d, 2) % 40, two(d, 0) % 40)
}

pub(super) fn denmark(d: &[u8]) -> bool {
    dated(two(d, 4), two(d, 2), two(d, 0))
}

pub(super) fn portugal_nif(d: &[u8]) -> bool {
    let check = (11 - weighted(d, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
    at(d, 0) != 0 && check == at(d, 8)
}

pub(super) fn rodne_cislo(d: &[u8]) -> bool {
    number(d, 0, 10).is_multiple_of(11)
        && dated(two(d, 0), two(d, 2) % 50 % 20, two(d, 4))
        && !uniform(d)
}

pub(super) fn cnp(d: &[u8]) -> bool {
    let check = weighted(d, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    at(d, 0) != 0
        && (if check == 10 { 1 } else { check }) == at(d, 12)
        && dated(two(d, 1), two(d, 3), two(d, 5))
}

pub(super) fn egn(d: &[u8]) -> bool {
    weighted(d, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == at(d, 9)
        && dated(two(d, 0), two(d, 2) % 20, two(d, 4))
}

pub(super) fn baltic(d: &[u8]) -> bool {
    let mut check = weighted(d, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    if check == 10 {
        check = weighted(d, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    }
    matches!(at(d, 0), 1..=8) && check == at(d, 10) && dated(two(d, 1), two(d, 3), two(d, 5))
}

pub(super) fn jmbg(d: &[u8]) -> bool {
    let rest = weighted(d, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest == 0 { 0 } else { 11 - rest };
    check == at(d, 12) && dated(two(d, 5), two(d, 2), two(d, 0)) && matches!(at(d, 4), 0 | 9)
}

pub(super) fn amka(d: &[u8]) -> bool {
    luhn(d) && dated(two(d, 4), two(d, 2), two(d, 0))
}

pub(super) fn afm(d: &[u8]) -> bool {
    weighted(d, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == at(d, 8) && !uniform(d)
}

pub(super) fn turkey(d: &[u8]) -> bool {
    let odd: u32 = (0..9).step_by(2).map(|i| at(d, i)).sum();
    let even: u32 = (1..8).step_by(2).map(|i| at(d, i)).sum();
    let all: u32 = (0..10).map(|i| at(d, i)).sum();
    at(d, 0) != 0 && (odd * 7 + 90 - even) % 10 == at(d, 9) && all % 10 == at(d, 10)
}

pub(super) fn south_africa(d: &[u8]) -> bool {
    luhn(d) && dated(two(d, 0), two(d, 2), two(d, 4)) && at(d, 10) <= 2
}

/// Verhoeff, by the products of the dihedral group of ten.
pub(super) fn aadhaar(d: &[u8]) -> bool {
    const SHIFT: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permute = |digit: u32, times: usize| {
        (0..times).fold(digit, |n, _| SHIFT.get(n as usize).copied().unwrap_or(0))
    };
    let product = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a + 5 - 5 - b + 5) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let check = d
        .iter()
        .rev()
        .enumerate()
        .fold(0, |c, (i, digit)| product(c, permute(u32::from(*digit), i % 8)));
    check == 0 && at(d, 0) >= 2
}

pub(super) fn korea(d: &[u8]) -> bool {
    let check = (11 - weighted(d, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
    // Numbers given since October 2020 carry no check digit.
    let recent = two(d, 0) >= 20 && matches!(at(d, 6), 3 | 4);
    dated(two(d, 0), two(d, 2), two(d, 4))
        && matches!(at(d, 6), 1..=8)
        && (check == at(d, 12) || recent)
}

pub(super) fn my_number(d: &[u8]) -> bool {
    let rest = weighted(d, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    (if rest <= 1 { 0 } else { 11 - rest }) == at(d, 11)
}

pub(super) fn thailand(d: &[u8]) -> bool {
    let sum = weighted(d, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    at(d, 0) != 0 && (11 - sum % 11) % 10 == at(d, 12)
}

pub(super) fn latvia(d: &[u8]) -> bool {
    let sum = weighted(d, &[1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    (1101 - sum) % 11 == at(d, 10) && dated(two(d, 4), two(d, 2), two(d, 0)) && at(d, 6) <= 2
}

pub(super) fn snils(d: &[u8]) -> bool {
    let sum = weighted(d, &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
    u64::from(sum % 101 % 100) == number(d, 9, 2) && !uniform(d)
}

pub(super) fn emirates(d: &[u8]) -> bool {
    number(d, 0, 3) == 784 && (1900..=2099).contains(&number(d, 3, 4))
}

pub(super) fn mykad(d: &[u8]) -> bool {
    dated(two(d, 0), two(d, 2), two(d, 4))
        && !matches!(two(d, 6), 0 | 17..=20 | 69..=70 | 73 | 80..=81 | 94..=97)
}

/// ISO 7064 MOD 11-2 over the first 17 digits.
pub(super) fn china_check(d: &[u8]) -> u32 {
    let sum = weighted(d, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    (12 - sum % 11) % 11
}

pub(super) fn china_dated(d: &[u8]) -> bool {
    date::plausible(two(d, 6) * 100 + two(d, 8), two(d, 10), two(d, 12))
}

pub(super) fn china(d: &[u8]) -> bool {
    china_dated(d) && china_check(d) == at(d, 17)
}

pub(super) fn tfn(d: &[u8]) -> bool {
    weighted(d, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11) && !uniform(d)
}

pub(super) fn medicare(d: &[u8]) -> bool {
    matches!(at(d, 0), 2..=6) && weighted(d, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == at(d, 8)
}

pub(super) fn ird(d: &[u8]) -> bool {
    let digit = |weights: &[u32]| (11 - weighted(d, weights) % 11) % 11;
    let mut check = digit(&[3, 2, 7, 6, 5, 4, 3, 2]);
    if check == 10 {
        check = digit(&[7, 4, 3, 2, 5, 2, 7, 6]);
    }
    check == at(d, 8) && (10_000_000..150_000_000).contains(&number(d, 0, 9))
}

pub(super) fn ahv(d: &[u8]) -> bool {
    let sum = weighted(d, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
    number(d, 0, 3) == 756 && (10 - sum % 10) % 10 == at(d, 12)
}

pub(super) fn austria(d: &[u8]) -> bool {
    weighted(d, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == at(d, 3)
        && at(d, 0) != 0
        && two(d, 4) <= 31
}

/// Chile: mod 11 with weights 2 to 7 from the right; 10 stands for K.
pub(super) fn rut(body: &[u8]) -> u32 {
    let sum: u32 = body
        .iter()
        .rev()
        .zip([2, 3, 4, 5, 6, 7].into_iter().cycle())
        .map(|(d, w)| u32::from(*d) * w)
        .sum();
    (11 - sum % 11) % 11
}

pub(super) fn rut_digits(d: &[u8]) -> bool {
    d.split_last().is_some_and(|(check, body)| rut(body) == u32::from(*check) && !uniform(d))
}

pub(super) fn hungary_tax(d: &[u8]) -> bool {
    at(d, 0) == 8 && weighted(d, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == at(d, 9)
}
