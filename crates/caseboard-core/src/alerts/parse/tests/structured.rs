use super::Case;

/// JSON of hits, searches, attachments, and lines of it.
pub(super) const TABLE: &[Case] = &[
    (
        r#"{"_id":"$A","_index":".alerts","_source":{}}"#,
        "$A:1(i=.alerts)",
    ),
    (r#"{"_id":"$A"}"#, "$A:1"),
    (
        r#"{"_id":"my own id","_index":".alerts"}"#,
        "my own id:1(i=.alerts)",
    ),
    (
        r#"{"_id":"17","_index":".alerts","_source":{"@timestamp":"2026-11-23T12:04:31.000Z","kibana.alert.rule.uuid":"$U","kibana.alert.rule.name":"Malware prevention","kibana.alert.severity":"high","host":{"name":"web-07"},"user.name":"maya"}}"#,
        "17:1(i=.alerts r=$U rule=Malware prevention sev=high at=2026-11-23T12:04:31Z host=web-07 user=maya)",
    ),
    (
        r#"{"_id":"$A","_index":".alerts","fields":{"kibana.alert.rule.name":["R"],"host.name":["web-07"],"kibana.alert.rule.uuid":["$U"]}}"#,
        "$A:1(i=.alerts r=$U rule=R host=web-07)",
    ),
    (
        r#"{"_id":"$A","_index":".alerts","_source":{},"fields":{"host.name":["web-07"]}}"#,
        "$A:1(i=.alerts host=web-07)",
    ),
    (
        r#"{"_id":"$A","_index":".alerts","_source":{"kibana.alert.ancestors":[{"id":"$D","index":".ds-logs"}],"agent":{"id":"$V"},"file":{"hash":{"sha256":"$B"}}}}"#,
        "$A:1(i=.alerts)",
    ),
    (
        r#"{"_id":"$A","_index":".alerts","_source":{"kibana.alert.reason":"odd","kibana.alert.workflow_status":"open"}}"#,
        "$A:1(i=.alerts why=odd is=open)",
    ),
    (
        r#"{"kibana.alert.uuid":"$A","kibana.alert.rule.name":"R"}"#,
        "$A:1(rule=R)",
    ),
    (
        r#"{"kibana.alert.uuid":["$A"],"host.name":["web-07"]}"#,
        "$A:1(host=web-07)",
    ),
    (
        r#"{"kibana":{"alert":{"uuid":"$A","rule":{"name":"R","uuid":"$U"}}}}"#,
        "$A:1(r=$U rule=R)",
    ),
    (r#"{"kibana.alert.uuid":17,"host.name":"web-07"}"#, ""),
    (
        r#"{"took":1,"hits":{"total":{"value":2},"hits":[{"_id":"$A","_index":".a"},{"_id":"$B","_index":".b"}]}}"#,
        "$A:1(i=.a) $B:1(i=.b)",
    ),
    (
        r#"{"rawResponse":{"hits":{"hits":[{"_id":"$A","_index":".a"}]}}}"#,
        "$A:1(i=.a)",
    ),
    (r#"{"hits":{"hits":[]}}"#, ""),
    (
        "{\n  \"hits\": {\n    \"hits\": [\n      {\n        \"_index\": \".a\",\n        \"_id\": \"$A\"\n      },\n      {\n        \"_id\": \"$B\"\n      }\n    ]\n  }\n}",
        "$A:6(i=.a) $B:9",
    ),
    (
        "{\n  \"hits\": {\n    \"hits\": [\n      {\n        \"_index\": \".a\",\n        \"_id\": \"my id\"\n      },\n      {\n        \"_id\": \"$B\"\n",
        "my id:6(i=.a) $B:9",
    ),
    (r#"[{"_id":"$A"},{"_id":"$B"}]"#, "$A:1 $B:1"),
    (r#"["$A","$B"]"#, "$A:1 $B:1"),
    ("[\n\"$A\",\n\"$B\"\n]", "$A:1 $B:1"),
    (r#"{"ids":["$A","$B"]}"#, "$A:1 $B:1"),
    (r#"{"signal_ids":["$A"],"status":"closed"}"#, "$A:1"),
    (r#"{"query":{"ids":{"values":["$A"]}}}"#, "$A:1"),
    (r#"{"id":"$A"}"#, "$A:1"),
    (r#"{"text":"look at $A and $B"}"#, "$A:1 $B:1"),
    (r#"{"text":"first\nthen $A"}"#, "$A:1"),
    (
        r#"{"url":"https://k.test/app/security/alerts/redirect/$A?index=x"}"#,
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        r#"{"rule":"$U","agent":{"id":"$V"},"file":{"sha256":"$A"}}"#,
        "$V:1",
    ),
    (
        r#"{"rule_id":"$U","case_id":"$V","process":{"entity_id":"$A"}}"#,
        "",
    ),
    (
        r#"{"hash":"$A","md5":"d41d8cd98f00b204e9800998ecf8427e"}"#,
        "",
    ),
    (
        r#"{"type":"alert","alertId":["$A","$B"],"index":[".a",".b"],"rule":{"id":"$U","name":"R"},"id":"$V"}"#,
        "$A:1(i=.a r=$U rule=R) $B:1(i=.b r=$U rule=R)",
    ),
    (
        r#"{"type":"alert","alertId":"$A","index":".a","rule":{"id":null,"name":null}}"#,
        "$A:1(i=.a)",
    ),
    (
        r#"{"type":"alert","alertId":["$A","$B"],"index":[".a"]}"#,
        "$A:1(i=.a) $B:1",
    ),
    (
        r#"[{"id":"$A","index":".a","attached_at":"2026-11-23T12:04:31.000Z"}]"#,
        "$A:1(i=.a)",
    ),
    ("{\"_id\":\"$A\"}\n{\"_id\":\"$B\"}\n", "$A:1 $B:2"),
    (
        "{\"_id\":\"$A\"}\n\n{\"_id\":\"17\",\"_index\":\".b\"}",
        "$A:1 17:3(i=.b)",
    ),
    (
        "{\"_id\":\"$A\"}\nnot json $B\n{\"_id\":\"$C\"}",
        "$A:1 $B:2 $C:3",
    ),
    ("{\"_id\":\"$A\"} {\"_id\":\"$B\"}", "$A:1 $B:1"),
    ("{\"_id\":\"$A\"}{\"_id\":\"$B\"}", "$A:1 $B:1"),
    (
        "{\"index\":{\"_index\":\".a\",\"_id\":\"$A\"}}\n{\"kibana.alert.uuid\":\"$A\",\"kibana.alert.rule.name\":\"R\"}",
        "$A:1(i=.a rule=R)",
    ),
    ("  {\"_id\":\"$A\"}", "$A:1"),
    ("result:\n{\"_id\":\"my id\"}\nend", "my id:2"),
    ("alert: {\"_id\":\"$A\"}", "$A:1"),
    ("{\"_id\":\"$A\"", "$A:1"),
    ("{_id: '$A', _index: '.a'}", "$A:1"),
    ("{\"_id\":\"\"}", ""),
    ("{\"_id\":\"..\"}", ""),
    ("{\"_id\":17}", ""),
    ("{\"_id\":null,\"kibana.alert.uuid\":\"$A\"}", "$A:1"),
    ("{\"_id\":\"a\\u0062c\",\"_index\":\"x\"}", "abc:1(i=x)"),
    ("{\n\"_id\":\"a\\u0062c\"}", "abc:1"),
    ("{\"a\\\"b\":\"$A\"}", "$A:1"),
    ("{}", ""),
    ("[]", ""),
    ("[[[[[]]]]]", ""),
    ("{\"a\":1e999}", ""),
    ("[1]: $A", "$A:1"),
    ("[x](y) $A", "$A:1"),
    ("\"$A\"", "$A:1"),
    (
        r#"{"type":"bundle","id":"bundle--$U","objects":[{"type":"indicator","id":"indicator--$V","pattern":"[file:hashes.'SHA-256' = '$A'] OR [ipv4-addr:value = '10.0.0.1']"}]}"#,
        "Hash $A:1 Ipv4 10.0.0.1:1",
    ),
    (
        r#"{"type":"bundle","id":"bundle--$U","objects":[{"type":"domain-name","id":"domain-name--$V","value":"evil.example"},{"type":"file","id":"file--$V","hashes":{"MD5":"d41d8cd98f00b204e9800998ecf8427e"}}]}"#,
        "Domain evil.example:1 Hash d41d8cd98f00b204e9800998ecf8427e:1",
    ),
    (
        r#"{"type":"indicator","id":"indicator--$V","pattern":"[url:value = 'https://evil.example/a']"}"#,
        "Url https://evil.example/a:1",
    ),
    (r#"{"type":"bundle","id":"bundle--$U","objects":[]}"#, ""),
];
