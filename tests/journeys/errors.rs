use caseboard_core::{
    code::ErrorCode,
    view::{EntryState, EntryWhat, NewStatus, SyncState},
};
use caseboard_journeys::{
    desk::{TestDesk, cards, case},
    kibana::{self, Kibana},
    seed::Seed,
};
use practice_kibana::{Key, Rights};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_wrong_key_is_told_and_nothing_is_saved() {
    let practice = kibana::empty(vec![]).await;
    let test = TestDesk::open().await;
    let error = test
        .try_connect("PROD", practice.url(), "bm9ib2R5Om5vdGhpbmc=")
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::Unauthenticated);
    assert!(test.desk.deployments().is_empty());
    assert!(
        !test
            .profile
            .path()
            .join("default/deployments.json")
            .exists()
    );
}

#[tokio::test]
async fn an_address_where_nothing_or_no_kibana_answers_is_told_apart() {
    let test = TestDesk::open().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    assert_eq!(
        test.try_connect("PROD", &address, "id:key")
            .await
            .unwrap_err()
            .code,
        ErrorCode::Unreachable
    );

    let nginx = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", nginx.local_addr().unwrap());
    let answer = tokio::task::spawn_blocking(move || {
        answer_once(&nginx.into_std().unwrap(), "200 OK\r\nserver: nginx");
    });
    let error = test
        .try_connect("PROD", &address, "id:key")
        .await
        .unwrap_err();
    answer.await.unwrap();
    assert_eq!(error.code, ErrorCode::NotKibana);

    let portal = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", portal.local_addr().unwrap());
    let answer = tokio::task::spawn_blocking(move || {
        answer_once(
            &portal.into_std().unwrap(),
            "302 Found\r\nlocation: https://sso.example.org/login",
        );
    });
    let error = test
        .try_connect("PROD", &address, "id:key")
        .await
        .unwrap_err();
    answer.await.unwrap();
    assert_eq!(error.code, ErrorCode::Redirected);
}

fn answer_once(listener: &std::net::TcpListener, head: &str) {
    use std::io::{Read, Write};
    listener.set_nonblocking(false).unwrap();
    let (mut connection, _) = listener.accept().unwrap();
    let mut request = [0; 4096];
    let n = connection.read(&mut request).unwrap();
    assert!(n > 0, "a request came");
    write!(connection, "HTTP/1.1 {head}\r\ncontent-type: text/html\r\ncontent-length: 7\r\nconnection: close\r\n\r\n<html/>").unwrap();
}

#[tokio::test]
async fn what_was_read_stays_when_the_server_stops_and_the_problem_is_told() {
    let mut seed = Seed::of("what_was_read_stays_when_the_server_stops_and_the_problem_is_told");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    practice.stop().await;
    let text = seed.comment();
    let written = test.desk.add_comment(&reference, text.clone()).await;
    let written = written.unwrap();
    assert_eq!(
        written.what,
        EntryWhat::AddComment { text },
        "it is kept, and will be sent"
    );
    let waits = test.until(async |desk| {
        let entries = desk.outbox().await.ok()?.entries;
        let entry = entries.into_iter().find(|entry| entry.id == written.id)?;
        (entry.error == Some(ErrorCode::Unreachable)).then_some(entry.state)
    });
    assert_eq!(waits.await, EntryState::Waiting);
    test.desk.sync_now();
    let problem = test.until(async |desk| {
        let spaces = desk.deployments().remove(0).spaces;
        spaces
            .into_iter()
            .find(|space| space.sync.state == SyncState::Failed && space.sync.at.is_some())?
            .sync
            .problem
    });
    assert_eq!(problem.await.code, ErrorCode::Unreachable);
    assert_eq!(cards(&test.desk).await.len(), 1, "the card is still there");
}

#[tokio::test]
async fn a_case_that_is_not_there_is_not_found_before_and_after_it_was_known() {
    let mut seed = Seed::of("a_case_that_is_not_there_is_not_found_before_and_after_it_was_known");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await.id;
    let unknown = case(&deployment, "soc", "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10");
    assert_eq!(
        test.desk.open_case(&unknown).await.unwrap_err().code,
        ErrorCode::NotFound
    );

    let known = case(&deployment, "soc", &id);
    server.delete("soc", &id).await;
    test.desk.open_case(&known).await.unwrap();
    let problem = test
        .until(async |desk| desk.open_case(&known).await.ok()?.problem)
        .await;
    assert_eq!(
        problem.code,
        ErrorCode::NotFound,
        "what is known is still shown, with the problem"
    );
}

#[tokio::test]
async fn a_key_that_may_only_read_writes_nothing_and_says_what_it_lacks() {
    let mut seed = Seed::of("a_key_that_may_only_read_writes_nothing_and_says_what_it_lacks");
    let reader = Key::new("reader")
        .with("soc", Rights::Read)
        .with("ot", Rights::All);
    let practice = kibana::empty(vec![reader.clone()]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let connected = test
        .try_connect("PROD", practice.url(), &reader.api_key)
        .await
        .unwrap();
    assert_eq!(
        connected.spaces.len(),
        2,
        "only the spaces that the key may enter"
    );
    test.card(&id).await;
    let reference = case(&connected.id, "soc", &id);
    let edited = test.set_status(&reference, NewStatus::Closed).await;
    let commented = test.desk.add_comment(&reference, seed.comment()).await;
    let commented = commented.unwrap();
    for written in [edited, commented] {
        let refused = test.settled(&written).await;
        assert_eq!(
            (refused.state, refused.error),
            (EntryState::Refused, Some(ErrorCode::Forbidden))
        );
        assert_eq!(refused.what, written.what, "what was written is kept");
    }
    assert_eq!(
        test.card(&id).await.status,
        "open",
        "the card shows what Kibana has"
    );
    assert_eq!(server.case("soc", &id).await["status"], "open");
    assert!(server.comments("soc", &id).await.is_empty());
}

#[tokio::test]
async fn a_new_key_without_a_space_in_use_leaves_it_there_and_tells_why_it_is_stale() {
    let narrow = Key::new("narrow").with("ot", Rights::All);
    let practice = kibana::empty(vec![narrow.clone()]).await;
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await;
    test.desk
        .replace_key(&deployment.id, narrow.api_key.into())
        .await
        .unwrap();
    let problem = test.until(async |desk| {
        let spaces = desk.deployments().remove(0).spaces;
        spaces
            .into_iter()
            .find(|space| space.source.space.as_str() == "soc")?
            .sync
            .problem
    });
    assert_eq!(problem.await.code, ErrorCode::Forbidden);
}
