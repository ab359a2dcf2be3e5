//! Where a token may go.
//!
//! | issued by | goes to |
//! |---|---|
//! | the Globus Auth of an environment | the services of that environment, and an https URL that the profile names |
//! | a Globus Auth on this machine | any URL |
//! | another Globus Auth | any https URL |
//! | not known: the SDK does not store it | the services of the environment in use, an https URL that the profile names, and this machine |
//!
//! A client's secret is like a token whose issuer is not known. A redirect is never followed.

use url::Url;

use crate::globus::environment::{domain_of_auth, is_service_in};
use crate::globus::service::{BaseUrl, ChosenBy};
use crate::globus::urls::is_loopback;
use crate::{Error, Result};

/// Fails unless a token of this issuer may go to this service. `None` is an issuer that is not known.
pub fn check_token(issuer: Option<&str>, service: &BaseUrl) -> Result<()> {
    match issuer {
        _ if may_go(issuer, service) => Ok(()),
        Some(issuer) => Err(refusal(&format!("a token issued by {issuer}"), service)),
        None => Err(refusal("a token whose issuer is not known", service)),
    }
}

/// Fails unless the client's secret may go to this Globus Auth.
pub(super) fn check_secret(auth: &BaseUrl) -> Result<()> {
    if may_go(None, auth) { Ok(()) } else { Err(refusal("the client's secret", auth)) }
}

/// Whether a token of this issuer may go to this service.
pub(super) fn may_go(issuer: Option<&str>, service: &BaseUrl) -> bool {
    let is_https = service.scheme() == "https";
    let is_named = is_https && matches!(service.chosen_by, ChosenBy::Profile(_));
    let Some(issuer) = issuer else {
        return is_named || is_loopback(service) || service.chosen_by == ChosenBy::Environment;
    };
    match Url::parse(issuer) {
        Ok(issuer) => match domain_of_auth(&issuer) {
            Some(domain) => is_named || is_service_in(domain, service),
            None => is_https || (is_loopback(&issuer) && is_loopback(service)),
        },
        Err(_) => false,
    }
}

fn refusal(subject: &str, service: &BaseUrl) -> Error {
    let error = Error::usage(format!("{subject} is not sent to {service}"));
    match service.chosen_by {
        ChosenBy::Variable(variable) => error.because(format!("only {variable} names that address")).help(
            "unset it, or name an https URL in the profile's `[environment]`; a test server needs its own \
                 GLOBUS_SDK_SERVICE_URL_AUTH",
        ),
        ChosenBy::Profile(key) => error
            .because(format!("`{key}` in the profile is not https"))
            .help("a test server needs its own `auth_url` and `storage`, too"),
        ChosenBy::Environment => error.because("they belong to different Globus environments").help(
            "check GLOBUS_SDK_ENVIRONMENT, GLOBUS_SDK_SERVICE_URL_AUTH and the profile's `[environment]`",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCTION: Option<&str> = Some("https://auth.globus.org/");
    const SANDBOX: Option<&str> = Some("http://127.0.0.1:8080/");
    const OTHER: Option<&str> = Some("https://auth.example.org/");

    const BY_ENVIRONMENT: ChosenBy = ChosenBy::Environment;
    const BY_PROFILE: ChosenBy = ChosenBy::Profile("groups_url");
    const BY_VARIABLE: ChosenBy = ChosenBy::Variable("GLOBUS_SDK_SERVICE_URL_GROUPS");

    #[test]
    fn a_token_goes_only_where_its_issuer_or_the_profile_says() {
        for (url, chosen_by, [production, sandbox, other, unknown]) in [
            ("https://groups.api.globus.org/", BY_ENVIRONMENT, [true, true, true, true]),
            ("https://groups.api.globus.org/", BY_VARIABLE, [true, true, true, false]),
            ("https://groups.api.preview.globus.org/", BY_ENVIRONMENT, [false, true, true, true]),
            ("https://groups.example.org/", BY_PROFILE, [true, true, true, true]),
            ("https://groups.example.org/", BY_VARIABLE, [false, true, true, false]),
            ("https://localhost:8443/", BY_VARIABLE, [false, true, true, true]),
            ("http://127.0.0.1:8080/", BY_PROFILE, [false, true, false, true]),
            ("http://127.0.0.1:8080/", BY_VARIABLE, [false, true, false, true]),
        ] {
            let service = BaseUrl::new(Url::parse(url).unwrap(), chosen_by);
            for (issuer, expected) in
                [(PRODUCTION, production), (SANDBOX, sandbox), (OTHER, other), (None, unknown)]
            {
                assert_eq!(may_go(issuer, &service), expected, "{issuer:?} to {url}, {chosen_by:?}");
                assert_eq!(check_token(issuer, &service).is_ok(), expected);
            }
            assert_eq!(check_secret(&service).is_ok(), unknown);
        }
        // Services whose hosts are not below `api`, and one that a profile declares.
        for (url, chosen_by, expected) in [
            ("https://flows.automate.globus.org/", BY_ENVIRONMENT, true),
            ("https://timer.automate.globus.org/", BY_VARIABLE, true),
            ("https://preview.flows.automate.globus.org/", BY_ENVIRONMENT, false),
            ("https://things.example.org/", ChosenBy::Profile("base_url"), true),
            ("http://things.example.org/", ChosenBy::Profile("base_url"), false),
        ] {
            let service = BaseUrl::new(Url::parse(url).unwrap(), chosen_by);
            assert_eq!(may_go(PRODUCTION, &service), expected, "{url}");
        }
        let service = BaseUrl::new(Url::parse("https://groups.example.org/").unwrap(), BY_ENVIRONMENT);
        assert!(!may_go(Some("no URL"), &service));
    }
}
