use caseboard_core::view::Outcome;
use caseboard_journeys::{
    desk::{TestDesk, case},
    kibana::{self, Kibana},
    seed::Seed,
};

#[tokio::test]
async fn an_alert_of_another_deployment_is_named_and_never_attached() {
    let mut seed = Seed::of("an_alert_of_another_deployment_is_named_and_never_attached");
    let (prod, acme) = (kibana::empty(vec![]).await, kibana::empty(vec![]).await);
    let server = Kibana::of(&prod);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let alert = seed.alert_id();
    kibana::put_alert(&acme, "default", &alert, "R");
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &prod).await.id, "soc", &id);
    test.connect("ACME", &acme).await;
    let report = test.desk.attach_alerts(&reference, alert).await.unwrap();
    assert_eq!(
        report.items[0].outcome,
        Outcome::Elsewhere {
            sources: vec!["ACME / default".to_owned()]
        }
    );
    assert!(server.alerts("soc", &id).await.is_empty());
}

#[tokio::test]
async fn one_deployment_that_is_down_neither_hides_nor_stops_the_other() {
    let mut seed = Seed::of("one_deployment_that_is_down_neither_hides_nor_stops_the_other");
    let (prod, acme) = (kibana::empty(vec![]).await, kibana::empty(vec![]).await);
    let server = Kibana::of(&prod);
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &prod).await.id;
    test.connect("ACME", &acme).await;
    acme.stop().await;
    let (id, _) = server.some_case(&mut seed, "soc").await;
    test.card(&id).await;
    let alert = seed.alert_id();
    let report = test
        .desk
        .attach_alerts(&case(&deployment, "soc", &id), alert)
        .await
        .unwrap();
    let unasked = ["ACME / default", "ACME / ot", "ACME / soc"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(
        report.items[0].outcome,
        Outcome::NotFound { unasked },
        "it says who could not be asked"
    );
}

#[tokio::test]
async fn two_deployments_cannot_have_the_same_name() {
    let practice = kibana::empty(vec![]).await;
    let test = TestDesk::open().await;
    test.connect("PROD", &practice).await;
    assert!(
        test.try_connect("PROD", practice.url(), practice.api_key())
            .await
            .is_err()
    );
    assert_eq!(test.desk.deployments().len(), 1);
}
