//! Any text is read without panic, and one that is a link of ours says what it names letter by letter and nothing else.
#![no_main]

use caseboard_core::link::{CaseLink, LinkedDeployment};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some(link) = CaseLink::read(text) else {
        return;
    };
    match link.deployment {
        LinkedDeployment::Called(name) => {
            let written = format!("caseboard://case/{name}/{}/{}", link.space, link.case);
            assert_eq!(text.trim(), written);
        }
        LinkedDeployment::At(url) => {
            assert!(url.starts_with("http"));
            let again = format!("{url}/s/{}/app/security/cases/{}", link.space, link.case);
            let again = CaseLink::read(&again).expect("what is named can be written");
            assert_eq!((again.space, again.case), (link.space, link.case));
        }
    }
});
