use std::time::Duration;

use kibana_cases::AttachmentKind;

use super::*;
use crate::{
    desk::dropped::tests::{empty, of_rule, put},
    view::{NewCaseForm, Outcome},
};

fn part(source: SourceId, id: &str, title: &str) -> IncidentPart {
    IncidentPart {
        source,
        ids: vec![id.parse().unwrap()],
        form: NewCaseForm {
            title: title.to_owned(),
            description: "what happened".to_owned(),
            tags: vec!["incident".to_owned()],
            severity: "high".to_owned(),
            assignees: Vec::new(),
            category: None,
            sync_alerts: true,
            custom_fields: Vec::new(),
        },
    }
}

#[tokio::test(start_paused = true)]
async fn an_incident_of_three_sources_is_a_case_in_each_and_each_names_the_others() {
    let world = empty(2).await;
    let sources = [(0, "soc"), (0, "ot"), (1, "soc")];
    let mut parts = Vec::new();
    for (n, (nth, space)) in sources.into_iter().enumerate() {
        let id = format!("{n:064x}");
        put(&world, nth, space, &id, &of_rule("R"));
        parts.push(part(
            world.servers[nth].source(space),
            &id,
            &format!("part {n}"),
        ));
    }
    let twice = vec![parts[0].clone(), parts[0].clone()];
    assert!(world.desk.open_incident(twice).await.is_err());
    assert!(world.desk.open_incident(parts[..1].to_vec()).await.is_err());
    let mut bad = parts.clone();
    bad[2].form.title.clear();
    assert!(
        world.desk.open_incident(bad).await.is_err(),
        "one bad form, and nothing is created"
    );

    let cases = world.desk.open_incident(parts).await.unwrap();
    assert_eq!(cases.len(), 3);
    for case in &cases {
        assert!(case.linked && case.problem.is_none(), "{case:?}");
        let items = &case.report.as_ref().unwrap().items;
        assert_eq!(items[0].outcome, Outcome::Attached, "{case:?}");
    }
    tokio::time::sleep(Duration::from_mins(1)).await;
    // Once more changes nothing.
    let refs: Vec<_> = cases.iter().map(|one| one.case.clone()).collect();
    world.desk.link_cases(&refs).await.unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    for ((nth, _), one) in sources.iter().zip(&refs) {
        let space = world.servers[*nth].client.space(&one.source.space);
        let there = space.case(&one.id).await.unwrap();
        let others: Vec<_> = refs.iter().filter(|other| *other != one).collect();
        assert_eq!(there.total_alerts, 1);
        for other in &others {
            assert!(there.tags.contains(&tag(other)), "{:?}", there.tags);
        }
        let attachments = space.attachments(&one.id).await.unwrap().attachments;
        let comments = attachments.into_iter().filter_map(|one| match one.kind {
            AttachmentKind::Comment(text) => Some(text),
            AttachmentKind::Alerts { .. } | AttachmentKind::Other { .. } => None,
        });
        let comments: Vec<_> = comments.collect();
        assert_eq!(comments.len(), 1, "{comments:?}");
        for other in others {
            let url = world.desk.open_case(other).await.unwrap().kibana_url;
            assert!(
                comments[0].contains(&format!("(same incident) <{url}>")),
                "{comments:?}"
            );
        }
    }
    world.desk.shutdown().await;
}
