//! Newtypes for secrets that others made.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Takes the secret in.
            pub fn new(text: String) -> Self {
                Self(Zeroizing::new(text))
            }

            /// The secret itself. Only for putting it on the wire or sealing it.
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// Whether `offered` is the same, in time that does not depend on where they differ.
            pub fn matches(&self, offered: &str) -> bool {
                self.0.as_bytes().ct_eq(offered.as_bytes()).into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[secret]")
            }
        }
    };
}

secret! {
    /// What Salesforce gives out for as long as a person's grant lasts.
    RefreshToken
}

secret! {
    /// What a call to Salesforce carries; short-lived.
    AccessToken
}

secret! {
    /// The secret of an OAuth client of the gate.
    ClientSecret
}

secret! {
    /// Any other secret text: an endpoint's key, a password of a database.
    SecretText
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let token = RefreshToken::new("5Aep861.canary".to_owned());
        assert_eq!(format!("{token:?}"), "[secret]");
        assert_eq!(format!("{:#?}", Some(&token)), "Some(\n    [secret],\n)");
    }

    #[test]
    fn only_the_same_text_matches() {
        let secret = ClientSecret::new("abc".to_owned());
        assert!(secret.matches("abc"));
        assert!(!secret.matches("abd"));
        assert!(!secret.matches("ab"));
        assert!(!secret.matches(""));
    }
}
