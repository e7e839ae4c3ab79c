//! AWS Signature Version 4, for requests whose whole body is at hand
//! (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).

use boundary::UnixMillis;
use hmac::{Hmac, Mac};
use sha2::{Digest as _, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Whose signature it is, and for which region.
pub(super) struct Signing<'a> {
    pub(super) id: &'a str,
    pub(super) secret: &'a str,
    pub(super) region: &'a str,
}

/// What is signed. Header names are in lower case and sorted; path and query are encoded already.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a [(&'a str, &'a str)],
    /// SHA-256 of the body, hexadecimal.
    pub(super) body: &'a str,
}

impl Signing<'_> {
    /// The value of the `Authorization` header.
    pub(super) fn authorization(&self, request: &Signed<'_>, now: UnixMillis) -> String {
        let stamp = stamp(now);
        let day = stamp.split('T').next().unwrap_or_default().to_owned();
        let names: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let mut lines = String::new();
        for (name, value) in request.headers {
            lines.extend([name, ":", value.trim(), "\n"]);
        }
        let Signed { method, path, query, body, .. } = request;
        let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{body}");
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let digest = hex::encode(Sha256::digest(canonical.as_bytes()));
        let text = format!("{ALGORITHM}\n{stamp}\n{scope}\n{digest}");
        let mut key = mac(format!("AWS4{}", self.secret).as_bytes(), day.as_bytes());
        for part in [self.region, "s3", "aws4_request"] {
            key = mac(&key, part.as_bytes());
        }
        let signature = hex::encode(mac(&key, text.as_bytes()));
        let id = self.id;
        format!("{ALGORITHM} Credential={id}/{scope},SignedHeaders={names},Signature={signature}")
    }
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    // A key of any length fits.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().into())
        .unwrap_or_default()
}

/// A moment as `20130524T000000Z`. Days become dates as in the proleptic Gregorian calendar (Howard
/// Hinnant, `civil_from_days`).
pub(super) fn stamp(now: UnixMillis) -> String {
    let seconds = now.0 / 1_000;
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const DAY: UnixMillis = UnixMillis(1_369_353_600_000);

    fn sign(method: &str, path: &str, query: &str, headers: &[(&str, &str)], body: &str) -> String {
        let signing = Signing {
            id: "AKIAIOSFODNN7EXAMPLE",
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
        };
        let line = signing.authorization(&Signed { method, path, query, headers, body }, DAY);
        line.rsplit_once("Signature=").unwrap().1.to_owned()
    }

    /// The examples of Amazon's own documentation.
    #[test]
    fn requests_are_signed_as_amazon_signs_them() {
        let host = ("host", "examplebucket.s3.amazonaws.com");
        let date = ("x-amz-date", "20130524T000000Z");
        let hash = ("x-amz-content-sha256", EMPTY);
        assert_eq!(
            sign("GET", "/test.txt", "", &[host, ("range", "bytes=0-9"), hash, date], EMPTY),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        assert_eq!(
            sign("GET", "/", "lifecycle=", &[host, hash, date], EMPTY),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        );
        let body = hex::encode(Sha256::digest(b"Welcome to Amazon S3."));
        let headers = [
            ("date", "Fri, 24 May 2013 00:00:00 GMT"),
            host,
            ("x-amz-content-sha256", &body),
            date,
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ];
        assert_eq!(
            sign("PUT", "/test%24file.text", "", &headers, &body),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        );
    }

    #[test]
    fn moments_are_dates() {
        assert_eq!(stamp(DAY), "20130524T000000Z");
        assert_eq!(stamp(UnixMillis(951_782_399_999)), "20000228T235959Z");
        assert_eq!(stamp(UnixMillis(1_709_164_800_000)), "20240229T000000Z");
    }
}
