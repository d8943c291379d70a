use std::{fs, path::Path, process::Command};

use caseboard_journeys::{
    kibana::{self, Kibana},
    seed::Seed,
    window::{Start, Window},
};

#[tokio::test]
async fn the_key_is_in_the_secret_service_and_in_no_file_of_the_profile() {
    let mut seed = Seed::of("the_key_is_in_the_secret_service_and_in_no_file_of_the_profile");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.card(&id).await;
    kibana::until(|| async { secrets(&window).contains(practice.api_key()) }).await;
    let mut n_files = 0;
    each_file(window.dir.path(), &mut |file, content| {
        n_files += 1;
        let key = practice.api_key().as_bytes();
        assert!(
            !content.windows(key.len()).any(|part| part == key),
            "{} holds the key",
            file.display()
        );
    });
    let profile =
        window.environment["XDG_DATA_HOME"].clone() + "/caseboard/default/deployments.json";
    assert!(
        fs::read_to_string(&profile)
            .unwrap()
            .contains(practice.url()),
        "the deployment itself is saved"
    );
    assert!(n_files > 3, "only {n_files} files were looked at");
}

#[tokio::test]
async fn without_a_secret_service_the_key_is_kept_in_memory_and_the_window_says_so() {
    let mut seed =
        Seed::of("without_a_secret_service_the_key_is_kept_in_memory_and_the_window_says_so");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let window = Window::open(Start::OwnWithoutKeyring).await;
    window
        .connect("PROD", practice.url(), practice.api_key())
        .await;
    window.card(&id).await;
    window.problem("keychain_unavailable").await;
    each_file(window.dir.path(), &mut |file, content| {
        let key = practice.api_key().as_bytes();
        assert!(
            !content.windows(key.len()).any(|part| part == key),
            "{} holds the key",
            file.display()
        );
    });
}

/// Everything that the session's Secret Service holds for the app.
fn secrets(window: &Window) -> String {
    let found = Command::new("secret-tool")
        .args([
            "search",
            "--all",
            "--unlock",
            "service",
            "io.caseboard.desktop",
        ])
        .envs(&window.environment)
        .output()
        .unwrap();
    String::from_utf8_lossy(&found.stdout).into_owned()
}

fn each_file(dir: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(dir).unwrap().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            each_file(&entry.path(), look);
        } else if kind.is_file() {
            look(&entry.path(), &fs::read(entry.path()).unwrap_or_default());
        }
    }
}
