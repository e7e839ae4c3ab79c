//! The cookies of the pages: the session, a sign-in under way, what a person likes to see.

use http::{HeaderMap, HeaderValue, header};

use crate::site::Site;

/// Whether "What the model saw" is open. Set by the page's script; says nothing of anyone.
pub(crate) const SAW: &str = "saw";

/// How long a sign-in may take.
const SIGN_IN_SECONDS: u32 = 600;

/// A cookie of ours that only the server reads.
#[derive(Clone, Copy)]
pub(crate) enum Cookie {
    /// The session.
    Session,
    /// The state of the sign-in that this browser began: a callback without it was begun elsewhere.
    SignIn,
}

impl Cookie {
    /// Its name. `__Host-` makes browsers refuse one that a neighbouring site set.
    pub(crate) fn name(self, site: &Site) -> &'static str {
        match (self, site.is_https()) {
            (Self::Session, true) => "__Host-portcullis",
            (Self::Session, false) => "portcullis",
            (Self::SignIn, true) => "__Host-portcullis-sign-in",
            (Self::SignIn, false) => "portcullis-sign-in",
        }
    }

    /// Its value in a request.
    pub(crate) fn read(self, headers: &HeaderMap, site: &Site) -> Option<String> {
        value(headers, self.name(site)).map(str::to_owned)
    }

    /// The header that sets it; `None` when the value does not fit into a cookie.
    pub(crate) fn set(self, value: &str, site: &Site) -> Option<HeaderValue> {
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        if value.is_empty() || !value.bytes().all(fits) {
            return None;
        }
        let age = match self {
            Self::Session => String::new(),
            Self::SignIn => format!("; Max-Age={SIGN_IN_SECONDS}"),
        };
        self.header(&format!("{value}{age}"), site)
    }

    /// The header that removes it.
    pub(crate) fn remove(self, site: &Site) -> Option<HeaderValue> {
        self.header("; Max-Age=0", site)
    }

    fn header(self, value_and_age: &str, site: &Site) -> Option<HeaderValue> {
        let name = self.name(site);
        let secure = if site.is_https() { "; Secure" } else { "" };
        let text = format!("{name}={value_and_age}; Path=/; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

/// The first cookie of this name.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs =
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, header};

    use super::{Cookie, value};
    use crate::site::Site;

    fn site(base_url: &str) -> Site {
        Site {
            base_url: base_url.to_owned(),
            org_name: String::new(),
            demo_users: Vec::new(),
            examples: Vec::new(),
            now: || boundary::UnixMillis(0),
        }
    }

    #[test]
    fn a_cookie_is_bound_to_the_host_when_there_is_tls() {
        let set = Cookie::Session.set("abc", &site("https://gate.example.com")).unwrap();
        assert_eq!(set, "__Host-portcullis=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        let set = Cookie::SignIn.set("abc", &site("http://localhost:8080")).unwrap();
        assert_eq!(set, "portcullis-sign-in=abc; Max-Age=600; Path=/; HttpOnly; SameSite=Lax");
        let gone = Cookie::Session.remove(&site("http://localhost:8080")).unwrap();
        assert_eq!(gone, "portcullis=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_value_cannot_bring_attributes_of_its_own() {
        for bad in ["", "a; Domain=example.com", "a\r\nset-cookie: b", "a b", "\"a\"", "ä"] {
            assert!(Cookie::Session.set(bad, &site("http://localhost")).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn the_right_cookie_is_read_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            "xportcullis=no; portcullis=yes=1; portcullis=second".parse().unwrap(),
        );
        headers.append(header::COOKIE, "saw=1".parse().unwrap());
        assert_eq!(value(&headers, "portcullis"), Some("yes=1"));
        assert_eq!(value(&headers, "saw"), Some("1"));
        assert_eq!(value(&headers, "portcul"), None);
        assert_eq!(Cookie::Session.read(&headers, &site("https://gate.example.com")), None);
    }
}
