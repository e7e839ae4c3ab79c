//! Where a door leads: one host, fixed for the life of the door.

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use http::Uri;

use crate::EgressError;

/// An address of the configuration: scheme, host, port and the path that all calls begin with.
///
/// Plain `http` is accepted for a loopback address or `localhost` alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    tls: bool,
    host: String,
    port: u16,
    prefix: String,
}

impl Address {
    /// The host: a name, or an address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether calls go through TLS.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// Scheme, host and port, without a path: `https://acme.my.salesforce.com`.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.authority())
    }

    /// Whether the host is written as this machine's own.
    pub(crate) fn names_loopback(&self) -> bool {
        names_this_machine(&self.host)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Host and port as they stand in the `Host` header: the port only when it is not usual.
    pub(crate) fn authority(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.tls { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }

    /// The target of a request: the fixed prefix and `path`, which begins with `/`.
    pub(crate) fn target(&self, path: &str) -> Result<Uri, EgressError> {
        // The `http` crate holds at most 65,534 bytes and refuses what is no URI.
        format!("{}{path}", self.prefix).parse().map_err(|_| EgressError::Request {
            reason: "its address is longer than 65,534 bytes or no URI",
        })
    }

    fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }
}

impl FromStr for Address {
    type Err = EgressError;

    fn from_str(text: &str) -> Result<Self, EgressError> {
        let wrong = |expected| EgressError::Address { text: without_password(text), expected };
        let uri: Uri = text.trim().parse().map_err(|_| wrong("`https://host[:port][/path]`"))?;
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong("a scheme, `https://` or for this machine `http://`")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("a host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("no user name or password"));
        }
        if uri.query().is_some() {
            return Err(wrong("no query"));
        }
        let host = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        if host.is_empty() {
            return Err(wrong("a host"));
        }
        if !tls && !names_this_machine(&host) {
            return Err(wrong("`https://`, because the host is not this machine"));
        }
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let prefix = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { tls, host, port, prefix })
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.prefix)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A loopback address literal, or the name `localhost` (whose addresses are checked again when
/// they are known).
fn names_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(is_loopback)
}

/// Whether an address is this machine's own, also when written as IPv4 within IPv6.
pub(crate) fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether an address is one that everybody reaches: in none of the ranges that the IANA registries of
/// special-purpose addresses set aside (RFC 6890 and what followed it), also when an IPv4 address is
/// wrapped in IPv6.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network, private, loopback, multicast and reserved.
        (0 | 10 | 127 | 224.., _, _)
        // Carrier-grade NAT, link-local with the clouds' metadata services.
        | (100, 64..=127, _)
        | (169, 254, _)
        | (172, 16..=31, _)
        // Protocol assignments, documentation, 6to4 relays, private, benchmarks.
        | (192, 0, 0 | 2)
        | (192, 88, 99)
        | (192, 168, _)
        | (198, 18 | 19, _)
        | (198, 51, 100)
        | (203, 0, 113) => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Global unicast is 2000::/3, less what was set aside in it. NAT64 (64:ff9b::/96) lies outside and is
    // refused with it, for it leads to any IPv4 address.
    let global = a & 0xe000 == 0x2000;
    // 2001::/23 with Teredo, documentation (two ranges), 6to4.
    let special =
        (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || (a == 0x3fff && b < 0x1000) || a == 0x2002;
    global && !special
}

fn without_password(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => text.to_owned(),
    }
}
