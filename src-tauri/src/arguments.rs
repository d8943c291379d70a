//! The command line, of the first start and of every later one (S25).

use clap::Parser;

/// Case management for SOC analysts over Kibana.
#[derive(Debug, PartialEq, Eq, Parser)]
#[command(name = "caseboard-desktop", version)]
pub(crate) struct Arguments {
    /// Profile to open; `practice` holds the embedded practice Kibana and nothing else.
    #[arg(long, env = "CASEBOARD_PROFILE")]
    pub(crate) profile: Option<String>,
    /// A case to show: `caseboard://case/<deployment>/<space>/<id>`, or its address in Kibana. Stands behind `--`.
    #[arg(last = true)]
    pub(crate) link: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "caseboard://case/PROD/soc/6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";

    fn read(arguments: &[&str]) -> Result<Option<String>, clap::Error> {
        let line = std::iter::once("caseboard-desktop").chain(arguments.iter().copied());
        Arguments::try_parse_from(line).map(|arguments| arguments.link)
    }

    #[test]
    fn a_link_is_the_one_argument_behind_two_dashes() {
        assert_eq!(read(&["--", LINK]).unwrap(), Some(LINK.to_owned()));
        assert_eq!(
            read(&["--profile", "practice", "--", LINK]).unwrap(),
            Some(LINK.to_owned())
        );
        for none in [&[][..], &["--"], &["--profile", "practice"]] {
            assert_eq!(read(none).unwrap(), None, "{none:?}");
        }
        for refused in [
            &[LINK][..],
            &["--", LINK, LINK],
            &["--", LINK, "--profile", "x"],
            &["--link", LINK],
            &[LINK, "--"],
        ] {
            assert!(read(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn the_desktop_file_of_the_bundle_passes_a_link_on_as_that_argument() {
        let conf: serde_json::Value =
            serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        assert_eq!(
            conf["bundle"]["linux"]["deb"]["desktopTemplate"],
            "caseboard.desktop"
        );
        let desktop = include_str!("../caseboard.desktop");
        assert!(desktop.contains("\nMimeType=x-scheme-handler/caseboard;\n"));
        let starts = desktop.lines().find_map(|line| line.strip_prefix("Exec="));
        let words = starts.unwrap().split(' ').skip(1);
        let words: Vec<_> = words.map(|word| word.replace("%u", LINK)).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        assert_eq!(read(&words).unwrap(), Some(LINK.to_owned()));
    }

    #[test]
    fn s25_what_stands_behind_two_dashes_is_a_link_and_no_flag() {
        for text in [
            "--profile=x",
            "--profile",
            "-x",
            "--help",
            "--version",
            "--",
            "",
            "$(id)",
        ] {
            let line = ["caseboard-desktop", "--profile", "own", "--", text];
            let expected = Arguments {
                profile: Some("own".to_owned()),
                link: Some(text.to_owned()),
            };
            assert_eq!(
                Arguments::try_parse_from(line).unwrap(),
                expected,
                "{text:?}"
            );
        }
    }
}
