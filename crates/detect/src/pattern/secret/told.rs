//! Passwords and codes as people tell them: `minha senha é X`, `Lösenord X fanns`, `暗証番号は4411`.

use std::sync::LazyLock;

use boundary::Kind;

use super::opened::made;
use crate::{
    lexicon::Hashes,
    resolve::{PROOF, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// How many words on the value may stand.
const REACH: usize = 8;
/// Words behind which the value stands.
pub(super) static LINKS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "is was are reads be called named ist war lautet heißt heisst genannt nämlich est était sera es era será è era sarà é foi var är er blev on oli jest to brzmi je byl bylo zní olan olarak şu idi luidt werd namelijk sono são este jsou estas now new temporary nu nyt nyní teraz jetzt neu neues temporär vorläufig wordt wird blir bliver sera será sarà provisoire temporaire nouveau nueva temporal provisional provvisoria nuova temporária nova nieuwe tijdelijk tymczasowe nowe dočasné nové geçici yeni yani to from auf von las los le la",
    )
});
/// Words of secrets that are told in letters alone: `the code word is bluebird`.
static SPOKEN: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "passphrase codeword safeword kundenkennwort telefonkennwort sicherheitswort passwort kennwort codewort losungswort lösenord kodord passord adgangskode kodeord wachtwoord codewoord hasło heslo salasana parola şifre contraseña password",
    )
});
/// Words that are parts of a product's name as often: of them [`super::stated`] knows what they need.
pub(super) static WEAK: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "pass key keys clave credential credentials token tokens secret secrets authorization bearer mot",
    )
});
/// Before what has a password: `the password for Office365`.
static FOR: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "for für fürs pour para per voor för til dla pro of in im the von vom der die das den dem il la le du del on an am i w v auf and und with mit app server version",
    )
});
/// Numbers that open something.
pub(super) static NUMBERS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new("pin pins pinkod pincode pinkode otp passcode geheimzahl zugangscode türcode")
});
/// The same where words are not parted by spaces.
const WRITTEN: [&str; 14] = [
    "パスワード",
    "暗証番号",
    "パスコード",
    "合言葉",
    "密码",
    "密碼",
    "口令",
    "验证码",
    "驗證碼",
    "비밀번호",
    "암호",
    "パスは",
    "认证码",
    "認証コード",
];

/// What is told of the secret that word `index` names.
pub(super) fn detect(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let clave = |it: &Token| matches!(doc.word(it), "clave" | "Clave");
    let Some(cue) = doc.token(index).filter(|it| !WEAK.has(it) || clave(it)) else { return };
    let spoken = SPOKEN.has(cue);
    let number = NUMBERS.has(cue);
    let mut found = false;
    for at in index + 1..=index + REACH {
        let (Some(token), Some(before)) = (doc.token(at), doc.token(at - 1)) else { return };
        if matches!(token.gap, Gap::Line | Gap::DotSpace) {
            return;
        }
        let colon = token.gap == Gap::Colon
            || doc.span(before.end, token.start).contains([':', '=', '"', '„', '«']);
        let linked = colon || at > index + 1 && LINKS.has(before);
        // Of a second one more is wanted: `from Pinecone1 to Pinecone2!`.
        if found && !LINKS.has(before) {
            continue;
        }
        let Some(value) = value(doc, token.start) else { continue };
        // `het wachtwoord staat op Zonnebloem5`: nothing that one has a password for.
        let grown = matches!(token.shape, Shape::Alnum)
            && made(value)
            && value.ends_with(|c: char| c.is_ascii_digit())
            && !FOR.has(before);
        let linked = linked || grown;
        if !(linked || at == index + 1 && token.gap == Gap::Space) {
            continue;
        }
        let signs = value.contains(|c: char| "!$%&*#@^?+=_-~".contains(c));
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        let mixed = letters >= 3
            && (digits > 0 || signs && value.chars().count() >= 8 && !value.contains('-'));
        let pin = number && letters == 0 && (4..=8).contains(&digits) && digits == value.len();
        let said = spoken
            && linked
            && at > index + 1
            && letters >= 5
            && LINKS.has(before)
            && !value.contains(|c: char| !c.is_alphanumeric())
            && token.capital()
            && at <= index + 2;
        let long = value.chars().count() >= 6;
        if mixed && long && (linked || digits > 0) || pin && (linked || at == index + 1) || said {
            sink.pattern((token.start, token.start + value.len()), Kind::Secret, PROOF);
            found = true;
        }
    }
}

/// The word at byte `start` up to white space, without what ends a sentence; nothing that is an address or a link.
pub(super) fn value<'t>(doc: &Doc<'t>, start: usize) -> Option<&'t str> {
    let rest = doc.text.get(start..)?;
    let reach = rest.floor_char_boundary(80);
    let word = rest
        .get(..reach)?
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '“' | '”' | '»'))
        .next()?;
    let word = word.trim_end_matches(['.', ',', ';', ')', '\'', '?', '!', ':']);
    let address =
        word.split_once('@').is_some_and(|(_, host)| host.contains('.')) || word.contains("://");
    let other = word.contains(['/', '(', '{', '[']) || word.starts_with("00");
    (!address && !other && (4..=64).contains(&word.len())).then_some(word)
}

/// `パスワードはsakura88です`.
pub(super) fn written(doc: &Doc<'_>, sink: &mut Sink) {
    for cue in WRITTEN {
        for at in doc.all(cue) {
            let from = at + cue.len();
            let rest = doc.text.get(from..).unwrap_or_default();
            let begin = rest.trim_start_matches([
                'は', 'が', 'を', ':', '：', ' ', '是', '为', '為', '「', '“', '"', '는', '은',
                '(', '（',
            ]);
            let length = begin.bytes().take(64).take_while(u8::is_ascii_graphic).count();
            let value =
                begin.get(..length).unwrap_or_default().trim_end_matches([',', '.', ';', ')', '"']);
            let near = rest.len() - begin.len() <= 12;
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            if near
                && value.len() >= 4
                && (digits > 0 || value.contains(|c: char| c.is_ascii_punctuation()))
            {
                let start = doc.text.len() - begin.len();
                sink.pattern((start, start + value.len()), Kind::Secret, PROOF);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn as_many_are_found_as_are_told() {
        let text = "パスワードはsakura88です。".repeat(200);
        assert_eq!(found::of(Kind::Secret, &text).len(), 200);
    }

    #[test]
    fn secrets_told_in_a_dozen_languages() {
        for (text, secret) in [
            ("Passwort am Telefon genannt: Birnenmus_1952 - bitte ändern", "Birnenmus_1952"),
            ("a minha senha do wifi é margarida@4471 e não liga", "margarida@4471"),
            ("Lösenord Granbarr#77 stod i ärendet", "Granbarr#77"),
            ("mon mot de passe est Tulipe2031", "Tulipe2031"),
            ("la contraseña es Gaviota_55", "Gaviota_55"),
            ("het wachtwoord is Dijkzicht88", "Dijkzicht88"),
            ("hasło to Jarzebina12", "Jarzebina12"),
            ("şifrem Papatya1980", "Papatya1980"),
            ("her pin is 7731", "7731"),
            ("das Kennwort lautet Seerose", "Seerose"),
            ("パスワードはsakura88です", "sakura88"),
            ("パスワード（sakura88）", "sakura88"),
            ("密码是lotus2020", "lotus2020"),
            ("비밀번호: haneul77", "haneul77"),
            ("zijn wachtwoord staat op Zonnebloem5", "Zonnebloem5"),
            ("la sua password è rimasta Ciliegia99", "Ciliegia99"),
            ("me dio su clave, Tortuga88, y entré", "Tortuga88"),
            ("Kundenkennwort: Lavendel", "Lavendel"),
        ] {
            assert_eq!(found::of(Kind::Secret, text), [secret], "{text}");
        }
        for text in [
            "Passwort bitte bis 12.11.2026 ändern",
            "the password is required",
            "reset your password today",
            "senha expirada, ligue para 11 4002-8922",
            "Das Passwort ist abgelaufen",
            "the password for Office365 and the login of Windows11",
            "la clave del éxito es la constancia",
            "pin the note to case 4471",
            "{\"name\":\"Coral Travel Pass\",\"code\":\"RUBY-90\"}",
            "密码重置",
        ] {
            assert_eq!(found::of(Kind::Secret, text), found::NOTHING, "{text}");
        }
    }
}
