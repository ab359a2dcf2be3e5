//! Where the services are, and the `GLOBUS_SDK_*` environment variables of the Globus SDK.
//!
//! They mean what they mean to the SDK: a service URL wins over the environment's name, and both win over
//! the profile.

use std::collections::BTreeMap;
use std::time::Duration;

use url::{ParseError, Url};

use crate::globus::service::{BaseUrl, ChosenBy, Service, TokenKey};
use crate::globus::service_name::ServiceName;
use crate::globus::urls::{has_credentials, is_loopback};
use crate::{Error, Result};

/// Reads an environment variable. Tests pass their own.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a profile configures. Environment variables win over it.
#[derive(Clone, Copy)]
pub struct Configured<'a> {
    /// One of the environments of the Globus SDK, such as `production`.
    pub environment: Option<&'a str>,
    /// The base URL of each service.
    pub url: &'a dyn Fn(ServiceName) -> Option<&'a Url>,
}

/// The environments of the Globus SDK, with their domains.
const ENVIRONMENTS: [(&str, &str); 6] = [
    ("production", "globus.org"),
    ("preview", "preview.globus.org"),
    ("sandbox", "sandbox.globuscs.info"),
    ("integration", "integration.globuscs.info"),
    ("test", "test.globuscs.info"),
    ("staging", "staging.globuscs.info"),
];

/// The base URLs of the services.
#[derive(Debug, Clone)]
pub struct Services {
    pub auth: BaseUrl,
    /// The name of the environment, such as `production`.
    pub environment: String,
    /// What keeps token files apart from those of production; see [`token_file_prefix`].
    pub token_file_prefix: Option<String>,
    domain: &'static str,
    /// A URL is read when its service is needed.
    choices: BTreeMap<ServiceName, Choice>,
    /// Whether all services are where Globus Auth is.
    is_sandbox: bool,
}

/// The URLs that were chosen for a service.
#[derive(Debug, Clone)]
struct Choice {
    in_profile: Option<Url>,
    in_variable: Option<String>,
}

impl Services {
    /// From the environment variables, then what is configured, then production.
    pub fn resolve(configured: Configured<'_>, env: Env<'_>) -> Result<Self> {
        let named = env("GLOBUS_SDK_ENVIRONMENT")
            .filter(|name| !name.is_empty())
            .or_else(|| configured.environment.map(str::to_owned));
        let environment = named.clone().unwrap_or_else(|| "production".to_owned());
        let domain = domain(&environment)?;
        let mut choices = BTreeMap::new();
        for name in ServiceName::ALL {
            if let Some(choice) = Choice::of(name, configured, env) {
                choices.insert(name, choice);
            }
        }
        let auth = base_url_of(ServiceName::Auth, &environment, domain, &choices)?;
        Ok(Self {
            token_file_prefix: token_file_prefix(named.as_deref(), &auth),
            auth,
            environment,
            domain,
            choices,
            is_sandbox: false,
        })
    }

    /// Every service at this URL.
    #[cfg(any(feature = "sandbox", test))]
    pub fn of_sandbox(url: Url) -> Self {
        Self {
            auth: BaseUrl::new(url, ChosenBy::Environment),
            environment: "sandbox".to_owned(),
            token_file_prefix: None,
            domain: "",
            choices: BTreeMap::new(),
            is_sandbox: true,
        }
    }

    /// A service of Globus.
    pub fn service(&self, name: ServiceName) -> Result<Service> {
        let base_url = if self.is_sandbox || name == ServiceName::Auth {
            self.auth.clone()
        } else {
            base_url_of(name, &self.environment, self.domain, &self.choices)?
        };
        Ok(Service { name: name.title().into(), token: name.token(), base_url })
    }

    /// Another service, whose base URL a profile names, and which takes tokens with this scope.
    pub fn other(&self, base_url: Url, scope: &str) -> Result<Service> {
        if self.is_sandbox {
            return Err(Error::usage(format!("the sandbox does not serve {base_url}"))
                .help("it has the services of Globus alone; run it without --sandbox"));
        }
        Ok(Service {
            name: base_url.host_str().unwrap_or("the service").to_owned().into(),
            token: TokenKey::Scope(scope.to_owned()),
            base_url: BaseUrl::new(with_slash(base_url), ChosenBy::Profile("base_url")),
        })
    }
}

impl Choice {
    /// `None` if nothing was chosen.
    fn of(name: ServiceName, configured: Configured<'_>, env: Env<'_>) -> Option<Self> {
        let in_profile = (configured.url)(name).cloned().map(with_slash);
        let in_variable = env(name.variable()).filter(|text| !text.is_empty());
        (in_profile.is_some() || in_variable.is_some()).then_some(Self { in_profile, in_variable })
    }
}

fn base_url_of(
    name: ServiceName,
    environment: &str,
    domain: &str,
    choices: &BTreeMap<ServiceName, Choice>,
) -> Result<BaseUrl> {
    let own = format!("https://{}/", name.host(environment, domain));
    let in_own = || base_url(&own).map_err(|why| Error::usage(format!("no URL for {own}")).because(why));
    let Some(Choice { in_profile, in_variable }) = choices.get(&name) else {
        return Ok(BaseUrl::new(in_own()?, ChosenBy::Environment));
    };
    let url = match (in_variable, in_profile) {
        (Some(text), _) => base_url(text).map_err(|why| {
            Error::usage(format!("the environment variable {} is not usable", name.variable())).because(why)
        })?,
        (None, Some(url)) => url.clone(),
        (None, None) => in_own()?,
    };
    // A variable that repeats what holds anyway chooses nothing.
    let chosen_by = if url.as_str() == own {
        ChosenBy::Environment
    } else if in_profile.as_ref() == Some(&url) {
        ChosenBy::Profile(name.key())
    } else {
        ChosenBy::Variable(name.variable())
    };
    Ok(BaseUrl::new(url, chosen_by))
}

/// What the name of a token file begins with, so that a login elsewhere never replaces one in production. As for the
/// files of a `GlobusApp` it is the name of the environment. Where none is named, another Globus Auth has its own name:
/// `sandbox` on this machine, else its host.
fn token_file_prefix(named: Option<&str>, auth: &BaseUrl) -> Option<String> {
    match named {
        Some("production") => None,
        Some(name) => Some(name.to_owned()),
        None if auth.chosen_by == ChosenBy::Environment => None,
        None if is_loopback(auth) => Some("sandbox".to_owned()),
        None => auth.host_str().map(str::to_owned),
    }
}

fn domain(environment: &str) -> Result<&'static str> {
    ENVIRONMENTS.iter().find(|(name, _)| *name == environment).map(|(_, domain)| *domain).ok_or_else(|| {
        Error::usage(format!("there is no Globus environment {environment:?}"))
            .because("the environment variable GLOBUS_SDK_ENVIRONMENT names it")
            .help("known are production, preview, sandbox, integration, test and staging")
    })
}

/// The domain of the environment whose Globus Auth this is.
pub fn domain_of_auth(url: &Url) -> Option<&'static str> {
    let host = url.host_str()?.trim_end_matches('.');
    ENVIRONMENTS.iter().map(|(_, domain)| *domain).find(|domain| host.strip_suffix(domain) == Some("auth."))
}

/// Whether this is the URL of a service in the environment with this domain. Not every host of the domain is: those of
/// `data.globus.org` are run by other people.
pub fn is_service_in(domain: &str, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let name = host.strip_suffix(domain).unwrap_or_default();
    let environment = || ENVIRONMENTS.iter().find(|(_, known)| *known == domain).map(|(name, _)| *name);
    let is_automate = || {
        let host_of = |name: ServiceName| environment().map(|environment| name.host(environment, domain));
        [ServiceName::Flows, ServiceName::Timers].map(host_of).iter().flatten().any(|own| own == host)
    };
    url.scheme() == "https" && (name == "auth." || name.ends_with(".api.") || is_automate())
}

/// A base URL that tokens may be sent to.
fn base_url(text: &str) -> Result<Url, String> {
    // A message must not show a password.
    let shown = if text.contains('@') { "its value".to_owned() } else { format!("{text:?}") };
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => format!("{shown} does not begin with https://"),
        error => format!("{shown}: {error}"),
    })?;
    if has_credentials(&url) {
        return Err("it holds a user name or password, and services take only tokens".to_owned());
    }
    match url.scheme() {
        "https" => Ok(with_slash(url)),
        "http" if is_loopback(&url) => Ok(with_slash(url)),
        "http" => Err(format!("{shown} would send tokens unencrypted; plain http is for this machine only")),
        other => Err(format!("{shown} has the scheme {other:?}, not https")),
    }
}

/// `Url::join` drops the last segment of a base without a slash at its end.
fn with_slash(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url
}

/// The longest silence of a service, from `GLOBUS_SDK_HTTP_TIMEOUT` (seconds; `-1` is no limit, which is `None`
/// here); by default 60 seconds.
pub fn timeout(env: Env<'_>) -> Result<Option<Duration>> {
    const DEFAULT: Duration = Duration::from_secs(60);
    let Some(value) = env("GLOBUS_SDK_HTTP_TIMEOUT").filter(|value| !value.is_empty()) else {
        return Ok(Some(DEFAULT));
    };
    let unusable = || {
        Error::usage("the environment variable GLOBUS_SDK_HTTP_TIMEOUT is not usable")
            .because(format!("{value:?} is not a number of seconds greater than 0, nor -1 for no limit"))
    };
    let seconds: f64 = value.trim().parse().map_err(|_| unusable())?;
    // -1 is a keyword here, not a measurement.
    #[allow(clippy::float_cmp)]
    if seconds == -1.0 {
        return Ok(None);
    }
    // A day is as long as no limit, and does not overflow. NaN stays NaN.
    Duration::try_from_secs_f64(seconds.clamp(-1.0, 86_400.0))
        .ok()
        .filter(|duration| !duration.is_zero())
        .map(Some)
        .ok_or_else(unusable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services(variables: &[(&str, &str)]) -> Result<Services> {
        Services::resolve(Configured { environment: None, url: &|_| None }, &|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    /// The base URL of a service.
    fn url(services: &Services, name: ServiceName) -> String {
        services.service(name).unwrap().base_url.to_string()
    }

    /// As `globus_sdk.config.get_service_url` has them.
    #[test]
    fn each_environment_has_its_services() {
        for (variables, urls) in [
            (
                &[][..],
                [
                    "https://auth.globus.org/",
                    "https://groups.api.globus.org/",
                    "https://transfer.api.globus.org/",
                    "https://search.api.globus.org/",
                    "https://flows.automate.globus.org/",
                    "https://timer.automate.globus.org/",
                    "https://compute.api.globus.org/",
                ],
            ),
            (
                &[("GLOBUS_SDK_ENVIRONMENT", "preview")],
                [
                    "https://auth.preview.globus.org/",
                    "https://groups.api.preview.globus.org/",
                    "https://transfer.api.preview.globus.org/",
                    "https://search.api.preview.globus.org/",
                    "https://preview.flows.automate.globus.org/",
                    "https://preview.timer.automate.globus.org/",
                    "https://compute.api.preview.globus.org/",
                ],
            ),
            (
                &[("GLOBUS_SDK_ENVIRONMENT", "test")],
                [
                    "https://auth.test.globuscs.info/",
                    "https://groups.api.test.globuscs.info/",
                    "https://transfer.api.test.globuscs.info/",
                    "https://search.api.test.globuscs.info/",
                    "https://test.flows.automate.globus.org/",
                    "https://test.timer.automate.globus.org/",
                    "https://compute.api.test.globuscs.info/",
                ],
            ),
        ] {
            let services = services(variables).unwrap();
            assert_eq!(ServiceName::ALL.map(|name| url(&services, name)), urls);
            let domain = domain_of_auth(&services.auth).unwrap();
            for name in ServiceName::ALL {
                let base_url = services.service(name).unwrap().base_url;
                assert!(is_service_in(domain, &base_url) && base_url.chosen_by == ChosenBy::Environment);
            }
        }
        assert!(services(&[("GLOBUS_SDK_ENVIRONMENT", "prod")]).is_err());
    }

    #[test]
    fn a_service_url_wins_over_the_environment() {
        for name in ServiceName::ALL {
            let variables =
                [("GLOBUS_SDK_ENVIRONMENT", "preview"), (name.variable(), "http://127.0.0.1:9/base")];
            let services = services(&variables).unwrap();
            for other in ServiceName::ALL {
                assert_eq!(url(&services, other) == "http://127.0.0.1:9/base/", name == other);
            }
        }
    }

    /// Most runs need two of them.
    #[test]
    fn a_wrong_url_is_an_error_where_its_service_is_needed() {
        let services = services(&[("GLOBUS_SDK_SERVICE_URL_FLOWS", "nonsense")]).unwrap();
        assert!(services.service(ServiceName::Groups).is_ok());
        let error = services.service(ServiceName::Flows).unwrap_err();
        assert!(error.to_string().contains("GLOBUS_SDK_SERVICE_URL_FLOWS"), "{error}");
    }

    #[test]
    fn a_sandbox_has_every_service_and_no_other() {
        let sandbox = Services::of_sandbox(Url::parse("http://127.0.0.1:9/").unwrap());
        for name in ServiceName::ALL {
            assert_eq!(url(&sandbox, name), "http://127.0.0.1:9/");
        }
        let other = Url::parse("https://things.example.org/api").unwrap();
        assert!(sandbox.other(other.clone(), "x").is_err());
        let service = services(&[]).unwrap().other(other, "x").unwrap();
        assert_eq!(service.base_url.as_str(), "https://things.example.org/api/");
        assert_eq!(service.base_url.chosen_by, ChosenBy::Profile("base_url"));
    }

    #[test]
    fn a_url_that_is_chosen_twice_is_no_variables_choice() {
        let url = Url::parse("https://groups.example.org/base").unwrap();
        let chosen_by = |variable: Option<&str>, groups_url: Option<&Url>| {
            let of_groups = |name| groups_url.filter(|_| name == ServiceName::Groups);
            let configured = Configured { environment: None, url: &of_groups };
            let env = |name: &str| variable.filter(|_| name.ends_with("GROUPS")).map(str::to_owned);
            let services = Services::resolve(configured, &env).unwrap();
            services.service(ServiceName::Groups).unwrap().base_url.chosen_by
        };
        let (profile, variable) =
            (ChosenBy::Profile("groups_url"), ChosenBy::Variable("GLOBUS_SDK_SERVICE_URL_GROUPS"));
        assert_eq!(chosen_by(None, None), ChosenBy::Environment);
        assert_eq!(chosen_by(None, Some(&url)), profile);
        assert_eq!(chosen_by(Some("https://groups.example.org/base/"), Some(&url)), profile);
        assert_eq!(chosen_by(Some("https://groups.example.org/"), Some(&url)), variable);
        assert_eq!(chosen_by(Some("https://groups.api.globus.org"), Some(&url)), ChosenBy::Environment);
    }

    #[test]
    fn the_hosts_of_an_environment_are_those_of_its_services() {
        let url = |host: &str| Url::parse(&format!("https://{host}/")).unwrap();
        assert_eq!(domain_of_auth(&url("auth.globus.org")), Some("globus.org"));
        assert_eq!(domain_of_auth(&url("auth.preview.globus.org.")), Some("preview.globus.org"));
        for other in ["auth.globus.org.example.org", "myauth.globus.org", "globus.org", "x.auth.globus.org"] {
            assert_eq!(domain_of_auth(&url(other)), None, "{other}");
        }
        for (host, expected) in [
            ("groups.api.globus.org", true),
            ("transfer.api.globus.org", true),
            ("auth.globus.org", true),
            ("groups.api.preview.globus.org", false),
            ("auth.preview.globus.org", false),
            ("g-1234.data.globus.org", false),
            ("api.globus.org", false),
            ("evilapi.globus.org", false),
            ("groups.api.globus.org.example.org", false),
            ("groups.apixglobus.org", false),
            ("flows.automate.globus.org", true),
            ("timer.automate.globus.org", true),
            ("preview.flows.automate.globus.org", false),
            ("x.automate.globus.org", false),
        ] {
            assert_eq!(is_service_in("globus.org", &url(host)), expected, "{host}");
        }
        assert!(is_service_in("preview.globus.org", &url("preview.flows.automate.globus.org")));
        assert!(!is_service_in("preview.globus.org", &url("flows.automate.globus.org")));
        assert!(is_service_in("staging.globuscs.info", &url("staging.timer.automate.globus.org")));
        assert!(!is_service_in("globus.org", &Url::parse("http://groups.api.globus.org/").unwrap()));
    }

    #[test]
    fn token_files_outside_production_have_a_prefix() {
        let auth = "GLOBUS_SDK_SERVICE_URL_AUTH";
        for (variables, prefix) in [
            ([("", ""), ("", "")], None),
            ([(auth, "https://auth.globus.org"), ("", "")], None),
            ([(auth, "http://127.0.0.1:8080/"), ("", "")], Some("sandbox")),
            ([(auth, "http://localhost:8080/"), ("GLOBUS_SDK_ENVIRONMENT", "production")], None),
            ([(auth, "https://auth.example.org/x"), ("", "")], Some("auth.example.org")),
            ([(auth, "http://127.0.0.1:8080/"), ("GLOBUS_SDK_ENVIRONMENT", "preview")], Some("preview")),
            ([("GLOBUS_SDK_ENVIRONMENT", "test"), ("", "")], Some("test")),
        ] {
            assert_eq!(services(&variables).unwrap().token_file_prefix.as_deref(), prefix, "{variables:?}");
        }
    }

    #[test]
    fn tokens_never_travel_unencrypted() {
        for url in ["http://example.org/", "http://localhost.example.org/", "ftp://127.0.0.1/", "nonsense"] {
            assert!(services(&[("GLOBUS_SDK_SERVICE_URL_AUTH", url)]).is_err(), "{url}");
        }
    }

    #[test]
    fn timeouts_as_in_the_sdk() {
        let timeout = |value: &str| timeout(&|_| Some(value.to_owned()));
        assert_eq!(timeout("").unwrap(), Some(Duration::from_secs(60)));
        assert_eq!(timeout("2.5").unwrap(), Some(Duration::from_millis(2500)));
        assert_eq!(timeout("-1").unwrap(), None);
        assert_eq!(timeout("1e300").unwrap(), Some(Duration::from_secs(86_400)));
        for wrong in ["0", "-2", "soon", "NaN"] {
            assert!(timeout(wrong).is_err(), "{wrong}");
        }
    }
}
