//! Puts names and numbers into the texts of the world.

use std::borrow::Cow;

use rand::{RngExt as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;

use super::data::{Data, Host};

/// The values of one case: every text about it names the same host and the same file.
#[derive(Debug, Clone)]
pub(super) struct Values {
    pub(super) host: String,
    pub(super) host_ip: String,
    pub(super) host_os: String,
    pub(super) second_host: String,
    pub(super) user: String,
    pub(super) second_user: String,
    /// An address of the attacker.
    pub(super) ip: String,
    pub(super) second_ip: String,
    pub(super) domain: String,
    pub(super) sha256: String,
    pub(super) number: u32,
}

const DOMAINS: [&str; 14] = [
    "login-portal.example.com",
    "cdn-assets.example.net",
    "voicemail-secure.example.org",
    "update-check.example.net",
    "sharefile-docs.example.com",
    "telemetry.static-host.test",
    "mail-quarantine.example.com",
    "pay-invoice.example.net",
    "api.metrics-sync.test",
    "helpdesk-sso.example.org",
    "img.weatherfeed.test",
    "repo-mirror.example.net",
    "vpn-gateway.example.com",
    "hr-benefits.example.org",
];

impl Values {
    /// Draws the values of a case in a space, on hosts that fit.
    pub(super) fn draw(
        data: &Data,
        space: &str,
        fits: impl Fn(&Host) -> bool,
        fits_second: impl Fn(&Host) -> bool,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let in_space = || data.hosts.iter().filter(|host| host.space == space);
        let hosts: Vec<&Host> = in_space().filter(|host| fits(host)).collect();
        let host = *hosts
            .choose(random)
            .expect("hosts.json has fitting hosts of every space");
        let others: Vec<&Host> = in_space()
            .filter(|other| other.name != host.name && fits_second(other))
            .collect();
        let second_host = *others
            .choose(random)
            .expect("hosts.json has a second host of every space");
        let user = data.users.choose(random).expect("users.json is not empty");
        let others: Vec<&String> = data.users.iter().filter(|other| *other != user).collect();
        Self {
            host: host.name.clone(),
            host_ip: host.ip.clone(),
            host_os: host.os.clone(),
            second_host: second_host.name.clone(),
            user: user.clone(),
            second_user: (*others.choose(random).expect("users.json has two users")).clone(),
            ip: address(random),
            second_ip: address(random),
            domain: (*DOMAINS.choose(random).expect("there are domains")).to_owned(),
            sha256: hexadecimal(random, 64),
            number: random.random_range(1000..9999),
        }
    }

    /// Replaces the placeholders of a text; braces around anything else stay.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len() + 64);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let value = after.split_once('}');
            let value = value.and_then(|(name, left)| Some((self.value(name)?, left)));
            if let Some((value, left)) = value {
                filled.push_str(&value);
                rest = left;
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, placeholder: &str) -> Option<Cow<'_, str>> {
        let value = match placeholder {
            "host" => &self.host,
            "host_ip" => &self.host_ip,
            "host2" => &self.second_host,
            "user" => &self.user,
            "user2" => &self.second_user,
            "ip" => &self.ip,
            "ip2" => &self.second_ip,
            "domain" => &self.domain,
            "sha256" => &self.sha256,
            "ip_defanged" => return Some(self.ip.replace('.', "[.]").into()),
            "domain_defanged" => return Some(self.domain.replace('.', "[.]").into()),
            "n" => return Some(self.number.to_string().into()),
            _ => return None,
        };
        Some(value.as_str().into())
    }
}

/// An address of one of the three ranges that documentation may use.
pub(super) fn address(random: &mut ChaCha8Rng) -> String {
    let network = ["192.0.2", "198.51.100", "203.0.113"]
        .choose(random)
        .copied()
        .unwrap_or("192.0.2");
    format!("{network}.{}", random.random_range(2..250))
}

pub(super) fn hexadecimal(random: &mut ChaCha8Rng, length: usize) -> String {
    (0..length)
        .map(|_| char::from_digit(random.random_range(0..16), 16).unwrap_or('0'))
        .collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn placeholders_are_filled_and_other_braces_stay() {
        let data = Data::read();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let values = Values::draw(&data, "soc", |_| true, |_| true, &mut random);
        let (host, ip) = (&values.host, values.ip.replace('.', "[.]"));
        assert_eq!(
            values.fill("{ {host}: {{ip_defanged}} & {$_} {hos {n}"),
            format!("{{ {host}: {{{ip}}} & {{$_}} {{hos {}", values.number)
        );
    }
}
