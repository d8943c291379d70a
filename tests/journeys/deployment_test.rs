//! The five steps of a test, each failing in its turn, and what the key may do in each space.

use caseboard_core::{
    code::ErrorCode,
    view::{
        CaseRights, DeploymentTest, KeyWarning, KibanaAbility, SignIn, TestOutcome, TestStepName,
    },
};
use caseboard_journeys::{desk::TestDesk, kibana};
use practice_kibana::{
    Key, Login, Options, PracticeKibana, Profile, Rights, Space, World, faults::Plan,
};

const STEPS: [TestStepName; 5] = [
    TestStepName::Reach,
    TestStepName::Tls,
    TestStepName::SignIn,
    TestStepName::Spaces,
    TestStepName::Rights,
];

async fn tested(url: &str, key: &str) -> DeploymentTest {
    let test = TestDesk::open().await;
    let sign_in = SignIn::Key(key.to_owned().into());
    test.desk.test_deployment(url, &sign_in).await.unwrap()
}

/// Which step failed and why; every step before it is well, and none behind it was reached.
fn failure(test: &DeploymentTest) -> Option<(TestStepName, ErrorCode)> {
    let names: Vec<_> = test.steps.iter().map(|step| step.name).collect();
    assert_eq!(names, STEPS);
    let mut failed = None;
    for step in &test.steps {
        match &step.outcome {
            TestOutcome::Ok => assert_eq!(failed, None, "{:?}", test.steps),
            TestOutcome::NotReached => assert!(failed.is_some(), "{:?}", test.steps),
            TestOutcome::Failed { problem } => {
                assert_eq!(failed.replace((step.name, problem.code)), None);
            }
            TestOutcome::Unknown => assert_eq!(step.name, TestStepName::Rights),
        }
    }
    failed
}

fn all(answer: bool) -> CaseRights {
    let answer = Some(answer);
    CaseRights {
        read: answer,
        write: answer,
        comment: answer,
        assign: answer,
        reopen: answer,
        delete: answer,
        push: answer,
        alerts: answer,
    }
}

fn reading() -> CaseRights {
    CaseRights {
        read: Some(true),
        alerts: Some(true),
        ..all(false)
    }
}

#[tokio::test]
async fn a_test_tells_what_a_key_may_do_in_each_of_its_spaces() {
    let key = Key::new("soc")
        .with("soc", Rights::All)
        .with("ot", Rights::Read)
        .with("default", Rights::None);
    let secret = key.api_key.clone();
    let practice = kibana::empty(vec![key]).await;
    let test = tested(&format!("{}/s/soc/app/security", practice.url()), &secret).await;
    assert_eq!(failure(&test), None);
    assert!(test.kibana_version.unwrap().starts_with("9.2."));
    assert_eq!(test.unavailable, [KibanaAbility::ExtractedObservables]);
    let mut rights: Vec<_> = test
        .spaces
        .iter()
        .map(|space| (space.space.as_str(), space.rights))
        .collect();
    rights.sort_by_key(|(space, _)| *space);
    assert_eq!(
        rights,
        [
            ("default", all(false)),
            ("ot", reading()),
            ("soc", all(true))
        ]
    );
}

#[tokio::test]
async fn s20_a_key_that_may_do_too_much_is_warned_of() {
    let keys = [
        Key::new("none").with("soc", Rights::None),
        Key::new("reader").with("soc", Rights::Read),
        Key::new("reader-everywhere").with("*", Rights::Read),
        Key::new("security").with("soc", Rights::All),
        Key::new("everything").with("*", Rights::All),
    ];
    let secrets = keys.clone().map(|key| key.api_key);
    let practice = kibana::empty(keys.to_vec()).await;
    let security = KeyWarning::BeyondCases {
        features: vec!["siemV4".to_owned()],
    };
    let warnings = [
        None,
        None,
        None,
        Some(security),
        Some(KeyWarning::Superuser),
    ];
    for (secret, warning) in secrets.iter().zip(warnings) {
        let test = tested(practice.url(), secret).await;
        assert_eq!(test.warning, warning, "{:?}", test.spaces);
    }
    let me_is_not_told = not_answering(&["GET /internal/security/me"]);
    practice.practice().faults().set(me_is_not_told);
    let test = tested(practice.url(), practice.api_key()).await;
    assert_eq!(test.warning, Some(KeyWarning::AllRights));
}

#[tokio::test]
async fn the_minimal_role_is_of_the_spaces_in_use() {
    let practice = kibana::empty(vec![]).await;
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await;
    let unused = &deployment.spaces[0].source;
    test.desk.set_space_shown(unused, false).await.unwrap();
    let role = test.desk.minimal_role(&deployment.id).unwrap();
    let role: serde_json::Value = serde_json::from_str(&role).unwrap();
    let application = &role["caseboard"]["applications"][0];
    let in_use: Vec<_> = deployment.spaces[1..]
        .iter()
        .map(|space| format!("space:{}", space.source.space))
        .collect();
    assert_eq!(application["resources"], serde_json::json!(in_use));
    assert_eq!(application["privileges"][1], "feature_siemV4.read");
}

/// Faults that keep these routes from being answered by Kibana.
fn not_answering(routes: &[&str]) -> Plan {
    let rule = |route| serde_json::json!({"fault": "F15", "status": 302, "location": "https://elsewhere.test/", "route": route});
    let rules: Vec<_> = routes.iter().map(rule).collect();
    serde_json::from_value(serde_json::json!({"rule": rules})).unwrap()
}

#[tokio::test]
async fn each_step_that_fails_is_told_with_its_reason() {
    let none = Key::new("none").with("soc", Rights::None);
    let nowhere = Key::new("nowhere");
    let (no_rights, no_spaces) = (none.api_key.clone(), nowhere.api_key.clone());
    let practice = kibana::empty(vec![none, nowhere]).await;
    let url = practice.url();

    let wrong = tested(url, "bm9ib2R5Om5vdGhpbmc=").await;
    let expected = (TestStepName::SignIn, ErrorCode::Unauthenticated);
    assert_eq!(failure(&wrong), Some(expected));

    let expected = (TestStepName::Spaces, ErrorCode::Forbidden);
    assert_eq!(failure(&tested(url, &no_spaces).await), Some(expected));

    let unable = tested(url, &no_rights).await;
    let expected = (TestStepName::Rights, ErrorCode::Forbidden);
    assert_eq!(failure(&unable), Some(expected));
    assert_eq!(unable.spaces[0].rights, all(false), "and it says where");

    let (url, key) = (url.to_owned(), practice.api_key().to_owned());
    practice.stop().await;
    let gone = tested(&url, &key).await;
    let expected = (TestStepName::Reach, ErrorCode::Unreachable);
    assert_eq!(failure(&gone), Some(expected));
    assert!(gone.kibana_version.is_none() && gone.unavailable.is_empty());
}

#[tokio::test]
async fn where_rights_are_not_told_a_cheap_question_tells_the_least_and_else_they_are_unknown() {
    let none = Key::new("none").with("soc", Rights::None);
    let unable = none.api_key.clone();
    let practice = kibana::empty(vec![none]).await;
    let faults = practice.practice().faults();

    faults.set(not_answering(&["POST /api/core/capabilities"]));
    let test = tested(practice.url(), practice.api_key()).await;
    assert_eq!(failure(&test), None);
    let read = |answer| CaseRights {
        read: answer,
        ..CaseRights::default()
    };
    assert!(
        test.spaces
            .iter()
            .all(|space| space.rights == read(Some(true)))
    );
    let test = tested(practice.url(), &unable).await;
    assert_eq!(test.spaces[0].rights, read(Some(false)));

    faults.set(not_answering(&[
        "POST /api/core/capabilities",
        "GET /api/cases/_find",
    ]));
    let test = tested(practice.url(), practice.api_key()).await;
    assert_eq!(failure(&test), None);
    assert_eq!(test.outcome(TestStepName::Rights), &TestOutcome::Unknown);
    assert!(test.spaces.iter().all(|space| space.rights == read(None)));
}

#[tokio::test]
async fn user_name_and_password_are_tested_as_a_key_is_on_an_older_kibana_too() {
    let practice = PracticeKibana::start(Options {
        world: World::Empty,
        spaces: vec![Space::new("default", "Default")],
        profile: Profile::V8_18,
        logins: vec![Login {
            name: "maya".to_owned(),
            password: "pass: wörd".to_owned(),
        }],
        ..Options::default()
    })
    .await
    .unwrap();
    let test = TestDesk::open().await;
    let ask = async |user: &str, password: &str| {
        let sign_in = SignIn::Password {
            user: user.to_owned(),
            password: password.to_owned().into(),
        };
        test.desk.test_deployment(practice.url(), &sign_in).await
    };
    let right = ask("maya", "pass: wörd").await.unwrap();
    assert_eq!(failure(&right), None);
    assert_eq!(right.unavailable[0], KibanaAbility::IncrementalIds);
    let wrong = ask("maya", "password").await.unwrap();
    let expected = (TestStepName::SignIn, ErrorCode::Unauthenticated);
    assert_eq!(failure(&wrong), Some(expected));
    let refused = ask("ma:ya", "x").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
}
