//! TLS: which certificates are trusted, where they come from, and what a connection costs.

use std::fs;
use std::path::Path;

use tokio_rustls::rustls::version::TLS12;
use tokio_rustls::rustls::{HandshakeKind, ProtocolVersion};

use crate::support::tls::{Authority, Certificate, Connection, TlsServer};
use crate::support::{MY_GROUPS, Outcome, User, mkfifo};

/// A user whose Groups is behind TLS, with two profiles: `plain.toml`, and `trusting.toml` with a `ca_file`.
struct Behind {
    user: User,
    authority: Authority,
    server: TlsServer,
}

impl Behind {
    fn tls(certificate: &Certificate) -> Self {
        let user = User::logged_in();
        let authority = Authority::new();
        let server = authority.serve(&user.sandbox, certificate);
        user.write("ca.pem", &authority.pem());
        user.profile("plain", "");
        user.profile("trusting", "[http]\nca_file = \"ca.pem\"");
        Self { user, authority, server }
    }

    fn run(&self, profile: &str, variables: &[(&str, &Path)]) -> Outcome {
        let mut command = self.user.command(["--profile", profile]);
        command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", &self.server.url);
        Outcome::of(command.envs(variables.iter().copied()))
    }

    /// A file or folder in the home of the user.
    fn path(&self, name: &str) -> std::path::PathBuf {
        self.user.home().join(name)
    }
}

#[test]
fn certificates_are_trusted_through_every_variable_and_the_profile() {
    let behind = Behind::tls(&Certificate::default());
    let ca_file = behind.path("ca.pem");
    let folder = behind.path("certificates");
    fs::create_dir(&folder).unwrap();
    fs::copy(&ca_file, folder.join("any-name")).unwrap();
    let hashed = behind.path("hashed");
    fs::create_dir(&hashed).unwrap();
    std::os::unix::fs::symlink(&ca_file, hashed.join("5ed36f99.0")).unwrap();
    let two_folders = std::env::join_paths([Path::new("/no/such/folder"), &folder]).unwrap();
    // A bundle has others too, and may hold what is no certificate.
    let bundle = behind.path("bundle.pem");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    fs::write(&bundle, format!("# comment\n{}{broken}{}", Authority::new().pem(), behind.authority.pem()))
        .unwrap();

    behind.run("./trusting.toml", &[]).code(0).stderr("");
    behind.run("./trusting.toml", &[("GLOBUS_SDK_VERIFY_SSL", Path::new("true"))]).code(0).stderr("");
    for variable in [
        [("GLOBUS_SDK_VERIFY_SSL", ca_file.as_path())],
        [("SSL_CERT_FILE", &ca_file)],
        [("SSL_CERT_FILE", &bundle)],
        [("SSL_CERT_DIR", &folder)],
        [("SSL_CERT_DIR", &hashed)],
        [("SSL_CERT_DIR", Path::new(&two_folders))],
    ] {
        behind.run("./plain.toml", &variable).code(0).stderr("");
    }
    let both = [("SSL_CERT_FILE", Path::new("/no/such/file")), ("SSL_CERT_DIR", &folder)];
    behind
        .run("./plain.toml", &both)
        .code(0)
        .says(["warning: SSL_CERT_FILE is left out (/no/such/file: No such file"]);

    behind
        .run("./plain.toml", &[("GLOBUS_SDK_VERIFY_SSL", Path::new("false"))])
        .code(0)
        .says(["warning: certificates are not verified"]);
}

#[test]
fn a_certificate_that_is_wrong_is_refused_at_once() {
    let certificate = Certificate::default;
    for (certificate, why, help) in [
        (
            Certificate { years: 2000..2020, ..certificate() },
            "it expired at 2020-01-01T00:00:00Z",
            "is this machine's clock right?",
        ),
        (
            Certificate { years: 2090..2100, ..certificate() },
            "it is not valid before 2090-01-01T00:00:00Z",
            "is this machine's clock right?",
        ),
        (
            Certificate { name: "groups.example.org", ..certificate() },
            "it is for groups.example.org",
            "check the URL of the service",
        ),
    ] {
        let behind = Behind::tls(&certificate);
        let place = behind.server.url.trim_start_matches("https://").trim_end_matches('/');
        let head = format!("can't trust the certificate of Globus Groups at {place}: {why}");
        behind.run("./trusting.toml", &[]).code(4).stdout("").says([head.as_str(), help]);
        // It would not become right by being asked for again.
        assert_eq!(behind.server.connections(), [None]);
        assert_eq!(behind.user.requests(), [""; 0]);
    }
}

/// A file with a private key whose line ends were lost, for example, on the way through a variable.
#[test]
fn no_message_quotes_a_file_of_certificates() {
    let behind = Behind::tls(&Certificate::default());
    let file = behind.path("odd.pem");
    let certificate = Authority::named("another").pem();
    let key = "-----BEGIN PRIVATE KEY-----MIIEsecret-----END PRIVATE KEY-----";
    let not_a_certificate = "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n";
    for (text, why) in [
        (format!("{certificate}{key}"), "block number 2 of its PEM has no line `-----END CERTIFICATE-----`"),
        (certificate.replace("MII", "M!I"), "block number 1 of its PEM is not Base64"),
        (not_a_certificate.to_owned(), "block number 1 of its PEM is not a certificate that can be trusted"),
        ("nothing".to_owned(), "it holds no certificate in PEM form"),
    ] {
        fs::write(&file, text).unwrap();
        let outcome = behind.run("./plain.toml", &[("GLOBUS_SDK_VERIFY_SSL", &file)]).code(2).stdout("");
        outcome.says(["can't use the certificates in", why]);
    }
}

#[test]
fn an_authority_that_is_not_named_is_not_trusted() {
    let behind = Behind::tls(&Certificate::default());
    let other = behind.path("other.pem");
    fs::write(&other, Authority::named("another").pem()).unwrap();
    // In turn: the system, and instead of it each way to name others.
    for variables in [
        vec![],
        vec![("SSL_CERT_FILE", other.as_path())],
        vec![("GLOBUS_SDK_VERIFY_SSL", &other)],
        vec![("GLOBUS_SDK_VERIFY_SSL", Path::new("true"))],
    ] {
        behind.run("./plain.toml", &variables).code(4).stdout("").says([
            "can't trust the certificate of Globus Groups at localhost:",
            "no authority that is trusted here issued it",
            "`[http] ca_file` or `SSL_CERT_FILE`",
        ]);
        assert_eq!(behind.server.connections(), [None]);
    }
    // `ca_file` is all that counts if it is there.
    let right = behind.path("right.pem");
    fs::rename(behind.path("ca.pem"), &right).unwrap();
    fs::copy(&other, behind.path("ca.pem")).unwrap();
    behind.run("./trusting.toml", &[("SSL_CERT_FILE", &right)]).code(4).says(["can't trust the certificate"]);
    // A name is not enough.
    behind.user.write("ca.pem", &Authority::new().pem());
    behind
        .run("./trusting.toml", &[])
        .code(4)
        .says(["the authority that it names did not sign it", "`[http] ca_file`"]);
    assert_eq!(behind.user.requests(), [""; 0]);
}

#[test]
fn unusable_certificate_files_are_named() {
    let behind = Behind::tls(&Certificate::default());
    let empty = behind.path("empty");
    fs::create_dir(&empty).unwrap();
    let ca_file = behind.path("ca.pem");
    behind
        .run("./plain.toml", &[("SSL_CERT_DIR", &empty)])
        .code(2)
        .says(["SSL_CERT_DIR", "no certificate in"]);
    behind
        .run("./plain.toml", &[("SSL_CERT_FILE", Path::new("/no/such/file"))])
        .code(2)
        .says(["SSL_CERT_FILE", "/no/such/file: No such file"]);

    fs::remove_file(&ca_file).unwrap();
    mkfifo(&ca_file);
    behind.run("./trusting.toml", &[]).code(2).says(["ca.pem", "not a regular file"]);
    behind.run("./plain.toml", &[("SSL_CERT_FILE", &ca_file)]).code(2).says(["ca.pem", "not a regular file"]);
    fs::remove_file(&ca_file).unwrap();
    behind.user.write("ca.pem", "no certificate");
    behind.run("./trusting.toml", &[]).code(2).says(["ca.pem", "no certificate in PEM form"]);
    behind.run("./plain.toml", &[("SSL_CERT_FILE", &ca_file)]).code(2).says(["no certificate in", "ca.pem"]);
    assert_eq!(behind.server.connections(), []);
}

#[test]
fn certificates_are_read_only_for_https() {
    let user = User::logged_in();
    // Whoever read this would say so.
    let mut command = user.command(["--profile", "groups"]);
    Outcome::of(command.env("SSL_CERT_FILE", "/no/such/file")).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn one_round_trip_of_tls_comes_before_the_request() {
    let behind = Behind::tls(&Certificate::default());
    behind.run("./trusting.toml", &[]).code(0);
    let connection = Connection {
        version: ProtocolVersion::TLSv1_3,
        // Neither with a second round trip, nor resumed.
        handshake: HandshakeKind::Full,
        protocol: Some("h2".to_owned()),
    };
    assert_eq!(behind.server.connections(), [Some(connection)]);
}

#[test]
fn a_server_without_tls_1_3_is_reached() {
    let mut behind = Behind::tls(&Certificate::default());
    behind.server = behind.authority.serve_with(&behind.user.sandbox, &Certificate::default(), &[&TLS12]);
    behind.run("./trusting.toml", &[]).code(0).stderr("");
    let versions: Vec<_> =
        behind.server.connections().into_iter().flatten().map(|each| each.version).collect();
    assert_eq!(versions, [ProtocolVersion::TLSv1_2]);
}

#[test]
fn plain_http_behind_an_https_url_is_told_and_not_tried_again() {
    let behind = Behind::tls(&Certificate::default());
    let url = behind.user.sandbox.url().as_str().replace("http://", "https://");
    let mut command = behind.user.command(["--profile", "./trusting.toml"]);
    Outcome::of(command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", url))
        .code(4)
        .says(["it does not speak TLS, so the URL has to begin with http://"])
        .never_says("tries");
}
