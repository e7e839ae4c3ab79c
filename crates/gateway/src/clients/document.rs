//! Client ID Metadata Documents: a client is named by the address of a document about itself.

use serde::Deserialize;

use super::OAuthError;

/// What a metadata document says, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) name: String,
    pub(crate) redirects: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    client_id: String,
    #[serde(default)]
    client_name: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    client_secret: Option<serde_json::Value>,
}

/// Characters of a client's id, name and each redirect address.
const LONGEST_ID: usize = 512;
const LONGEST_NAME: usize = 80;
const LONGEST_REDIRECT: usize = 1024;
const MOST_REDIRECTS: usize = 16;

/// Whether this `client_id` is the address of a document: `https` (or, where `machine` says so, this
/// machine without TLS), with a path, without query, fragment, user name and dot segments.
pub(crate) fn address_of_document(id: &str, machine: bool) -> bool {
    let plain = id.len() <= LONGEST_ID && id.bytes().all(|b| b.is_ascii_graphic());
    let Some((scheme, rest)) = id.split_once("://") else { return false };
    let Some((authority, path)) = rest.split_once('/') else { return false };
    let here = machine && scheme == "http" && is_loopback(authority);
    plain
        && (scheme == "https" || here)
        && !authority.is_empty()
        && !authority.contains('@')
        && !path.is_empty()
        && !path.ends_with('/')
        && !path.contains(['?', '#', '\\'])
        && !path.split('/').any(|part| matches!(part, "." | ".." | ""))
}

/// Reads a document that was found at `id`.
pub(crate) fn parse_document(id: &str, bytes: &[u8]) -> Result<Described, OAuthError> {
    let wrong = |problem: &str| OAuthError::new("invalid_client", problem);
    let document: Document = serde_json::from_slice(bytes)
        .map_err(|_| wrong("the client's metadata document is not one: expected a JSON object"))?;
    if document.client_id != id {
        return Err(wrong("the metadata document names another `client_id` than its own address"));
    }
    if document.client_secret.is_some()
        || document.token_endpoint_auth_method.is_some_and(|method| method != "none")
    {
        let problem = "this gate knows public clients alone: expected \
                       `token_endpoint_auth_method` to be `none`";
        return Err(wrong(problem));
    }
    if document.redirect_uris.is_empty() || document.redirect_uris.len() > MOST_REDIRECTS {
        return Err(wrong("the metadata document has no `redirect_uris`, or too many"));
    }
    if let Some(bad) = document.redirect_uris.iter().find(|address| !may_return_to(address)) {
        let shown: String = bad.chars().take(100).collect();
        return Err(wrong(&format!("`{shown}` is no address that this gate sends browsers to")));
    }
    let name = document.client_name.unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let name = name.trim();
    let name = if name.is_empty() { host_of(id).to_owned() } else { name.to_owned() };
    Ok(Described { name, redirects: document.redirect_uris })
}

/// `https`, this machine, or a scheme of an application's own (RFC 8252). Schemes that browsers run
/// or read themselves are none of those.
pub(crate) fn may_return_to(address: &str) -> bool {
    let plain = address.len() <= LONGEST_REDIRECT
        && address.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\;,".contains(&b))
        && !address.contains('#');
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let authority = rest.strip_prefix("//").map(|it| it.split(['/', '?']).next().unwrap_or(""));
    let named = authority.is_some_and(|it| !it.is_empty() && !it.contains('@'));
    let letters =
        scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b));
    let own = letters
        && scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && authority.is_some()
        && ![
            "about",
            "blob",
            "data",
            "file",
            "filesystem",
            "ftp",
            "javascript",
            "vbscript",
            "view-source",
            "ws",
            "wss",
        ]
        .contains(&scheme);
    plain
        && match scheme {
            "https" => named,
            "http" => named && authority.is_some_and(is_loopback),
            _ => own,
        }
}

/// Whether a request may return to `asked` when `known` is registered: the same text, but for the
/// port on this machine, which an application cannot choose beforehand (RFC 8252, section 7.3).
pub(crate) fn same_redirect(known: &str, asked: &str) -> bool {
    if known == asked {
        return true;
    }
    let parts = |address: &str| {
        let (authority, path) = split(address)?;
        let (host, _) = host_and_port(authority);
        is_loopback(authority).then(|| (host.to_owned(), path.to_owned()))
    };
    match (parts(known), parts(asked)) {
        (Some(known), Some(asked)) => known == asked,
        _ => false,
    }
}

/// What stands after `http://`, in two.
fn split(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    rest.split_at_checked(end)
}

fn host_and_port(authority: &str) -> (&str, &str) {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, port),
        _ => (authority, ""),
    }
}

fn is_loopback(authority: &str) -> bool {
    matches!(host_and_port(authority).0, "127.0.0.1" | "[::1]" | "localhost")
}

/// Host and port of an address; for a scheme of an application's own, that scheme.
pub(crate) fn host_of(address: &str) -> &str {
    match address.split_once("://") {
        Some(("https" | "http", rest)) => rest.split(['/', '?']).next().unwrap_or(rest),
        Some((scheme, _)) => scheme,
        None => address,
    }
}
