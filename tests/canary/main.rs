//! A process with keys, everything of which is logged, for the journey that looks for them (S14): works as long as it is told to
//! go on, panics three times and aborts.
#![expect(
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it talks to its test, and fails by panicking"
)]

use caseboard_core::{
    crash,
    view::{CaseEdit, KeyState, SignIn},
};
use caseboard_journeys::desk::{TestDesk, case};
use tracing_subscriber::filter::LevelFilter;

/// A line with which it asks for the next failure.
const NEXT: &str = "next failure";
const GO_ON: &str = "go on";

/// The next line that it is told. Nobody lets it wait.
fn told() -> String {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    crash::leave_nothing(|line| eprintln!("{line}"));
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .init();
    let (url, pair, id, password) = (told(), told(), told(), told());
    let test = TestDesk::open().await;
    let connected = test.try_connect("PROD", &url, &pair).await;
    println!("{connected:?}");
    let deployment = connected.unwrap().id;
    test.card(&id).await;
    test.until(async |desk| (desk.deployments()[0].key == KeyState::Stored).then_some(()))
        .await;
    let reference = case(&deployment, "soc", &id);
    let desk = &test.desk;
    let sign_in = SignIn::Password {
        user: "maya".to_owned(),
        password: password.clone().into(),
    };
    let key = SignIn::Key(pair.clone().into());
    println!("{sign_in:?} {key:?}");
    let mut n = 0;
    loop {
        println!("{NEXT}");
        if told() != GO_ON {
            break;
        }
        n += 1;
        let edit = CaseEdit {
            title: Some(format!("title {n}")),
            ..CaseEdit::default()
        };
        println!("{:?}", desk.edit_case(&reference, &edit).await);
        println!("{:?}", desk.test_saved_deployment(&deployment).await);
        println!("{:?}", desk.test_deployment(&url, &sign_in).await);
        println!("{:?}", desk.test_deployment(&url, &key).await);
        let wrong = format!("{pair}:");
        println!("{:?}", desk.replace_key(&deployment, wrong.into()).await);
        let wrong = format!("{pair}0");
        let connected = test.try_connect(&format!("D{n}"), &url, &wrong).await;
        println!("{connected:?}");
        println!("{:?} {:?}", desk.deployments(), desk.outbox().await);
        desk.sync_now();
    }
    println!("{}", desk.export_journal(0, 1_000).await.unwrap());
    for secret in [url + &pair, pair, password] {
        desk.own(async move { panic!("{secret}") });
    }
    // Whoever waits lets those who are ready go first.
    desk.put_draft(&reference, "still here").await.unwrap();
    std::process::abort();
}
