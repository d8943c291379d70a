//! Links to a case: `caseboard://case/<deployment>/<space>/<id>`, and a case's address in Kibana.

use kibana_cases::{CaseId, SpaceId};

use crate::search::Exact;

/// How links of our own begin.
const OURS: &str = "caseboard://case/";

/// A case as a link names it. A link can say nothing else (S25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLink {
    /// Where the case is.
    pub deployment: LinkedDeployment,
    /// Its space.
    pub space: SpaceId,
    /// Its id.
    pub case: CaseId,
}

/// A deployment as a link names it. One that is not connected already leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkedDeployment {
    /// By its short name or its id.
    Called(String),
    /// By its address, with base path.
    At(String),
}

impl CaseLink {
    /// Reads a link to a case; `None` if the text is anything else, or anything more.
    pub fn read(text: &str) -> Option<Self> {
        ours(text.trim()).or_else(|| of_kibana(text))
    }
}

/// Exactly three names, as they are: nothing encoded, nothing before and nothing behind.
fn ours(text: &str) -> Option<CaseLink> {
    let names: Vec<_> = text.strip_prefix(OURS)?.split('/').collect();
    let [deployment, space, case] = names.as_slice() else {
        return None;
    };
    Some(CaseLink {
        deployment: LinkedDeployment::Called((*deployment).to_owned()),
        space: space.parse().ok()?,
        case: case.parse().ok()?,
    })
}

fn of_kibana(text: &str) -> Option<CaseLink> {
    match Exact::read(text)? {
        Exact::CaseLink {
            deployment_url,
            space,
            case,
        } => Some(CaseLink {
            deployment: LinkedDeployment::At(deployment_url),
            space: space.unwrap_or_default(),
            case,
        }),
        Exact::Ip(_)
        | Exact::Hash(_)
        | Exact::Url(_)
        | Exact::Uuid(_)
        | Exact::DocumentId(_)
        | Exact::AlertLink { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use kibana_cases::Address;

    use super::*;

    /// What `cargo fuzz run deeplink` holds against any text.
    #[test]
    fn what_fuzzing_keeps_names_a_case_letter_by_letter_or_nothing() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/deeplink");
        let texts = std::fs::read_dir(folder).unwrap();
        let texts = texts.map(|text| std::fs::read(text.unwrap().path()).unwrap());
        let (mut n_links, mut n_others) = (0, 0);
        for text in texts {
            let text = String::from_utf8_lossy(&text);
            let Some(CaseLink {
                deployment,
                space,
                case,
            }) = CaseLink::read(&text)
            else {
                n_others += 1;
                continue;
            };
            n_links += 1;
            match deployment {
                LinkedDeployment::Called(name) => {
                    let written = format!("{OURS}{name}/{space}/{case}");
                    assert_eq!(text.trim(), written);
                }
                LinkedDeployment::At(url) => {
                    assert_eq!(Address::read(&url).unwrap().url, url, "{text}");
                    assert!(url.starts_with("http"), "{text}");
                }
            }
        }
        assert!(n_links > 0 && n_others > 0, "{n_links}, {n_others}");
    }
}
