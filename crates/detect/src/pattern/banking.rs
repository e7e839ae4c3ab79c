//! Accounts where no word "account" stands before: a British sort code and its number, what is paid into.

use boundary::Kind;

use super::number::Run;
use crate::{
    lexicon::{ACCOUNT_CUE, REFERENCE},
    resolve::{PROOF, Sink},
    text::{Doc, Gap, Token},
};

/// Whether the run is an account; it is then in the sink.
pub(super) fn detect(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    sort_code(doc, run, sink) || paid(doc, run, sink)
}

/// `20-45-61 12345678`, `20-45-61, account 12345678`, `204561 12345678` behind a word of banks.
fn sort_code(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    let layout = &run.layout;
    let hyphens = |count: usize| {
        run.separators.len() >= count && run.separators.iter().take(count).all(|it| *it == '-')
    };
    // `12-05-26 12345678` may be a day and an order.
    let day = run.value(0).is_some_and(|it| (1..=31).contains(&it))
        && run.value(1).is_some_and(|it| (1..=12).contains(&it));
    let led = || {
        doc.cue_before(run.index, 6, ACCOUNT_CUE)
            || (1..=7).any(|n| word(doc, run.index, n).is_some_and(|it| pays(doc, it)))
    };
    match layout.as_slice() {
        [2, 2, 2, 8] if hyphens(2) && (!day || led()) => {
            sink.pattern(run.range(), Kind::AccountNumber, PROOF);
            true
        }
        [6, 8] if run.separated_by(' ') && led() && !doc.cue_before(run.index, 2, REFERENCE) => {
            sink.pattern(run.range(), Kind::AccountNumber, PROOF);
            true
        }
        [2, 2, 2] if hyphens(2) || run.separated_by(' ') => {
            let number = account_behind(doc, run);
            if number.is_none() && !(hyphens(2) && !day && led())
                || number.is_some() && day && !led()
            {
                return false;
            }
            sink.pattern(run.range(), Kind::AccountNumber, PROOF);
            if let Some(number) = number {
                sink.pattern((number.start, number.end), Kind::AccountNumber, PROOF);
            }
            true
        }
        _ => false,
    }
}

/// The eight digits that follow a sort code, with nothing between but words for an account.
fn account_behind<'d>(doc: &'d Doc<'_>, run: &Run) -> Option<&'d Token> {
    const BETWEEN: &[&str] =
        &["a", "c", "ac", "acc", "acct", "account", "number", "no", "and", "num"];
    (run.next..run.next + 4)
        .map_while(|at| doc.token(at))
        .take_while(|t| t.gap != Gap::Line)
        .find(|t| !BETWEEN.contains(&doc.word(t).to_ascii_lowercase().as_str()))
        .filter(|t| t.len() == 8 && doc.word(t).bytes().all(|b| b.is_ascii_digit()))
}

/// `pay into 0123456789 (her savings acct)`, `direct debit from 12345678`.
fn paid(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    if run.groups.len() != 1 || !(6..=12).contains(&run.len()) || run.plus || run.parens {
        return false;
    }
    let into = word(doc, run.index, 1).is_some_and(|t| {
        t.len() <= 4
            && is_one_of(
                doc,
                t,
                &["into", "from", "to", "auf", "sur", "su", "na", "en", "op", "till", "naar"],
            )
    });
    let verb = || (1..=5).any(|n| word(doc, run.index, n).is_some_and(|it| pays(doc, it)));
    if !into || !verb() || doc.cue_before(run.index, 2, REFERENCE) {
        return false;
    }
    let behind = (run.next..run.next + 6)
        .map_while(|at| doc.token(at))
        .take_while(|t| t.gap != Gap::Line)
        .any(|t| account_word(doc, t));
    let debited = (1..=5).any(|n| {
        word(doc, run.index, n).is_some_and(|t| {
            is_one_of(
                doc,
                t,
                &[
                    "debit",
                    "debits",
                    "debited",
                    "pay",
                    "paid",
                    "credited",
                    "credit",
                    "wire",
                    "überweisen",
                ],
            )
        })
    });
    let fits = behind || debited && matches!(run.len(), 8 | 10);
    if fits {
        sink.pattern(run.range(), Kind::AccountNumber, PROOF);
    }
    fits
}

fn account_word(doc: &Doc<'_>, token: &Token) -> bool {
    is_one_of(
        doc,
        token,
        &[
            "acct",
            "account",
            "acc",
            "a/c",
            "bank",
            "konto",
            "compte",
            "cuenta",
            "conto",
            "conta",
            "rekening",
            "savings",
            "current",
            "hesap",
            "rachunek",
            "účet",
            "gtbank",
            "uba",
            "zenith",
            "opay",
            "monzo",
            "barclays",
            "natwest",
            "lloyds",
            "hsbc",
            "santander",
            "sparkasse",
        ],
    )
}

fn pays(doc: &Doc<'_>, token: &Token) -> bool {
    is_one_of(
        doc,
        token,
        &[
            "pay",
            "pays",
            "paid",
            "paying",
            "payment",
            "payments",
            "payout",
            "debit",
            "debits",
            "debited",
            "credit",
            "credited",
            "deposit",
            "deposited",
            "transfer",
            "transferred",
            "transfers",
            "refund",
            "refunded",
            "refunds",
            "wire",
            "wired",
            "bacs",
            "remit",
            "remitted",
            "sends",
            "überweisen",
            "überweise",
            "überwiesen",
            "überweisung",
            "lastschrift",
            "abbuchung",
            "virement",
            "verser",
            "virer",
            "prélèvement",
            "transferir",
            "ingresar",
            "transferencia",
            "bonifico",
            "versare",
            "accredito",
            "overmaken",
            "overboeken",
            "przelew",
            "przelać",
            "przelewu",
            "salary",
            "sort",
        ],
    )
}

fn word<'d>(doc: &'d Doc<'_>, index: usize, back: usize) -> Option<&'d Token> {
    index.checked_sub(back).and_then(|i| doc.token(i))
}

fn is_one_of(doc: &Doc<'_>, token: &Token, words: &[&str]) -> bool {
    token.len() <= 15 && words.contains(&doc.word(token).to_lowercase().as_str())
}
