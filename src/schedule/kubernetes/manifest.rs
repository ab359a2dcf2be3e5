//! The objects of one profile.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::objects::{
    Capabilities, ConfigMap, ConfigMapSource, Container, CronJobSpec, EnvVar, EnvVarSource, JobSpec,
    Metadata, Object, PodSecurityContext, PodSpec, Resources, SeccompProfile, SecretKeySelector,
    SecurityContext, Spec, Volume, VolumeClaimSource, VolumeClaimSpec, VolumeMount,
};
use super::paths::check_paths;
use super::yaml::document;
use crate::catalog::{self, Origin, SourceText};
use crate::fs::{folder_of, is_same_file};
use crate::profile::Profile;
use crate::run::own_templates;
use crate::schedule::expression::Expression;
use crate::schedule::job::Job;
use crate::schedule::unattended::secret_variable;
use crate::schedule::writes::folders_of_outputs;
use crate::template::Template;
use crate::{Error, Result};

/// Where profiles and templates are in the container, side by side.
const FILES: &str = "/etc/globus-runner/profiles";
/// The home directory in the container: stored tokens, and what guards compare with.
const HOME: &str = "/var/lib/globus-runner";
/// The user of the image; see `Containerfile`.
const USER: u32 = 65532;
/// The key of the Secret.
const SECRET_KEY: &str = "client-secret";

/// The YAML of a ConfigMap, a claim of a volume, and a CronJob.
pub fn manifest(
    profile: &Profile,
    expression: &Expression,
    job: &Job,
    time_zone: &str,
    image: &str,
    output: Option<&Path>,
) -> Result<String> {
    let Some(file) = profile.origin.file() else {
        return Err(Error::usage(format!("the built-in profile `{}` can't run in Kubernetes", profile.name))
            .because("a person logs in with it")
            .help("write one for a service account, with `runner init`"));
    };
    check_paths(profile, file, output.is_some())?;
    let templates = own_templates(profile)?;
    let name = object_name(&profile.name);
    let labels = BTreeMap::from([
        ("app.kubernetes.io/managed-by", "globus-runner".to_owned()),
        ("app.kubernetes.io/name", name.clone()),
    ]);
    let metadata = || Metadata { name: name.clone(), labels: labels.clone() };
    let folders = folders_of_outputs(profile, output);

    let config = Object {
        api_version: "v1",
        kind: "ConfigMap",
        metadata: metadata(),
        body: ConfigMap { data: files(profile, file, &templates)? },
    };
    let claim = Object {
        api_version: "v1",
        kind: "PersistentVolumeClaim",
        metadata: metadata(),
        body: Spec {
            spec: VolumeClaimSpec {
                access_modes: ["ReadWriteOnce"],
                resources: Resources {
                    requests: BTreeMap::from([("storage", "1Gi")]),
                    limits: BTreeMap::new(),
                },
            },
        },
    };
    let cron_job = Object {
        api_version: "batch/v1",
        kind: "CronJob",
        metadata: metadata(),
        body: Spec {
            spec: CronJobSpec {
                schedule: expression.text(),
                time_zone: time_zone.to_owned(),
                concurrency_policy: "Forbid",
                // Without a limit, a CronJob that has missed a hundred times never runs again.
                starting_deadline_seconds: 3600,
                successful_jobs_history_limit: 1,
                failed_jobs_history_limit: 3,
                job_template: Spec {
                    spec: JobSpec {
                        backoff_limit: 0,
                        template: Spec { spec: pod(profile, job, &name, image, &folders)? },
                    },
                },
            },
        },
    };
    let mut text = String::new();
    for (place, object) in [json(&config)?, json(&claim)?, json(&cron_job)?].iter().enumerate() {
        if place > 0 {
            text.push_str("---\n");
        }
        text.push_str(&document(object));
    }
    Ok(text)
}

fn json(object: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(object).map_err(|error| Error::failed("can't write the objects").because(error))
}

fn pod(profile: &Profile, job: &Job, name: &str, image: &str, folders: &[PathBuf]) -> Result<PodSpec> {
    let mut env = vec![plain("HOME", HOME), plain("RUNNER_PROFILE_PATH", FILES)];
    let Some(variable) = secret_variable(profile) else {
        return Err(Error::usage(format!("the profile `{}` can't run in Kubernetes", profile.name))
            .because("its client's secret is not in an environment variable, where a Secret can put it")
            .help("write `client_secret = { env = \"GLOBUS_CLIENT_SECRET\" }` in `[auth]`"));
    };
    env.push(EnvVar {
        name: variable.to_owned(),
        value: None,
        value_from: Some(EnvVarSource {
            secret_key_ref: SecretKeySelector { name: name.to_owned(), key: SECRET_KEY },
        }),
    });
    let carried = job.environment.iter().filter(|(name, _)| {
        name.starts_with("GLOBUS_SDK_") && !name.ends_with("VERIFY_SSL")
            || name == "HTTPS_PROXY"
            || name == "NO_PROXY"
    });
    env.extend(carried.map(|(name, value)| plain(name, value)));
    let mut volume_mounts = vec![
        VolumeMount { name: "files", mount_path: FILES.to_owned(), sub_path: None, read_only: true },
        VolumeMount {
            name: "data",
            mount_path: HOME.to_owned(),
            sub_path: Some("state".to_owned()),
            read_only: false,
        },
        VolumeMount { name: "tmp", mount_path: "/tmp".to_owned(), sub_path: None, read_only: false },
    ];
    for (place, folder) in folders.iter().filter(|folder| !folder.starts_with(HOME)).enumerate() {
        let sub_path = if place == 0 { "output".to_owned() } else { format!("output-{}", place + 1) };
        volume_mounts.push(VolumeMount {
            name: "data",
            mount_path: folder.to_string_lossy().into_owned(),
            sub_path: Some(sub_path),
            read_only: false,
        });
    }
    let mut arguments = job.arguments_with_jitter();
    if let Some(last) = arguments.last_mut() {
        *last = format!("{FILES}/{}.toml", profile.name);
    }
    Ok(PodSpec {
        restart_policy: "Never",
        automount_service_account_token: false,
        enable_service_links: false,
        security_context: PodSecurityContext {
            run_as_non_root: true,
            run_as_user: USER,
            run_as_group: USER,
            fs_group: USER,
            seccomp_profile: SeccompProfile { r#type: "RuntimeDefault" },
        },
        containers: [Container {
            name: "runner",
            image: image.to_owned(),
            args: arguments,
            env,
            security_context: SecurityContext {
                allow_privilege_escalation: false,
                read_only_root_filesystem: true,
                capabilities: Capabilities { drop: ["ALL"] },
            },
            resources: Resources {
                requests: BTreeMap::from([("cpu", "50m"), ("memory", "32Mi")]),
                limits: BTreeMap::from([("memory", "256Mi")]),
            },
            volume_mounts,
        }],
        volumes: vec![
            Volume {
                name: "files",
                config_map: Some(ConfigMapSource { name: name.to_owned() }),
                persistent_volume_claim: None,
                empty_dir: None,
            },
            Volume {
                name: "data",
                config_map: None,
                persistent_volume_claim: Some(VolumeClaimSource { claim_name: name.to_owned() }),
                empty_dir: None,
            },
            Volume {
                name: "tmp",
                config_map: None,
                persistent_volume_claim: None,
                empty_dir: Some(BTreeMap::new()),
            },
        ],
    })
}

fn plain(name: &str, value: &str) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value.to_owned()), value_from: None }
}

/// The profile, those that it extends, and its templates, by the names of their files.
fn files(profile: &Profile, file: &Path, templates: &[Template]) -> Result<BTreeMap<String, String>> {
    let mut sources = vec![catalog::read_profile(file.to_owned())?];
    for base in profile.bases.iter().filter_map(Origin::file) {
        sources.push(catalog::read_profile(base.to_owned())?);
    }
    let templates = templates.iter().flat_map(Template::sources);
    sources.extend(templates.filter(|source| source.origin != Origin::Embedded).cloned());
    let mut files = BTreeMap::new();
    for (place, source) in sources.iter().enumerate() {
        let Some(path) = source.origin.file() else { continue };
        let refused = |why: String| {
            Error::usage(format!("`{}` can't be put into a ConfigMap", path.display()))
                .because(why)
                .help("put the profile, what it extends and its templates into one folder, and name them without a `/`")
        };
        let key = if place == 0 { format!("{}.toml", profile.name) } else { file_name(source, path) };
        let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !key.chars().all(good) || key.len() > 253 {
            return Err(refused(
                "its name has characters other than letters, digits, `-`, `_` and `.`".to_owned(),
            ));
        }
        if source.name.contains('/') && !is_same_file(folder_of(path), folder_of(file)) {
            return Err(refused(
                "it is named by its path, and is in another folder than the profile".to_owned(),
            ));
        }
        if files.insert(key.clone(), source.text.to_string()).is_some_and(|other| other != *source.text) {
            return Err(refused(format!("there is another file of the name `{key}`")));
        }
    }
    Ok(files)
}

fn file_name(source: &SourceText, path: &Path) -> String {
    path.file_name().map_or_else(|| source.name.clone(), |name| name.to_string_lossy().into_owned())
}

/// A name that Kubernetes takes; that of a CronJob has at most 52 characters.
fn object_name(profile: &str) -> String {
    let lower = profile.to_ascii_lowercase();
    let safe: String = lower
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(52 - "globus-".len())
        .collect();
    format!("globus-{}", safe.trim_matches('-')).trim_end_matches('-').to_owned()
}
