use super::Case;

/// Links into Kibana, as they are, and as they come out of other programs.
pub(super) const TABLE: &[Case] = &[
    (
        "https://k.test/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/s/soc/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test s=soc)",
    ),
    (
        "https://k.test:5601/s/soc/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test:5601 s=soc)",
    ),
    (
        "https://k.test/kibana/s/soc/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test/kibana s=soc)",
    ),
    (
        "https://k.test/kibana/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test/kibana s=default)",
    ),
    (
        "https://K.Test/s/soc/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test s=soc)",
    ),
    (
        "HTTPS://k.test/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "http://10.0.0.5:5601/app/security/alerts/redirect/$A",
        "$A:1(k=http://10.0.0.5:5601 s=default)",
    ),
    (
        "https://maya:secret@k.test/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/s/soc/app/security/alerts/redirect/$A?index=.alerts-security.alerts-soc&timestamp=2026-11-23T12:04:31.000Z",
        "$A:1(k=https://k.test s=soc i=.alerts-security.alerts-soc at=2026-11-23T12:04:31.000Z)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A?index=.alerts&timestamp=2026-11-23T12%3A04%3A31.000Z",
        "$A:1(k=https://k.test s=default i=.alerts at=2026-11-23T12:04:31.000Z)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A?timestamp=2026-11-23T12:04:31.000Z&index=.alerts",
        "$A:1(k=https://k.test s=default i=.alerts at=2026-11-23T12:04:31.000Z)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A?index=.alerts&space=soc",
        "$A:1(k=https://k.test s=soc i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A?index=.alerts×tamp=2026-11-23T12:04:31.000Z",
        "$A:1(k=https://k.test s=default i=.alerts at=2026-11-23T12:04:31.000Z)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A?index=.alerts&amp;timestamp=2026-11-23T12:04:31.000Z",
        "$A:1(k=https://k.test s=default i=.alerts at=2026-11-23T12:04:31.000Z)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A%3Findex%3D.alerts%26timestamp%3D2026",
        "$A:1(k=https://k.test s=default i=.alerts at=2026)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A?index=",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A/",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A#top",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A.",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "(https://k.test/app/security/alerts/redirect/$A)",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "<https://k.test/app/security/alerts/redirect/$A?index=x>",
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        "\"https://k.test/app/security/alerts/redirect/$A?index=x\",",
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        "[alert](https://k.test/app/security/alerts/redirect/$A?index=x)",
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        "[$A](https://k.test/app/security/alerts/redirect/$A?index=x), next",
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        "[e2a2fe19…](https://k.test/app/security/alerts/redirect/$A)",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "<https://k.test/app/security/alerts/redirect/$A|the alert>",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "see https://k.test/app/security/alerts/redirect/$A, and $B",
        "$A:1(k=https://k.test s=default) $B:1",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A,https://k.test/app/security/alerts/redirect/$B",
        "$A:1(k=https://k.test s=default) $B:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A;https://k.test/app/security/alerts/redirect/$B",
        "$A:1(k=https://k.test s=default) $B:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A\nhttps://k.test/s/ot/app/security/alerts/redirect/$B",
        "$A:1(k=https://k.test s=default) $B:2(k=https://k.test s=ot)",
    ),
    (
        "$A\nhttps://k.test/app/security/alerts/redirect/$A?index=x",
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$A?index=x\n$A",
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/my%20own%2Fid?index=x",
        "my own/id:1(k=https://k.test s=default i=x)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$D",
        "$D:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/$U",
        "$U:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/security/alerts/redirect/17",
        "17:1(k=https://k.test s=default)",
    ),
    ("https://k.test/app/security/alerts/redirect/", ""),
    ("https://k.test/app/security/alerts/redirect/?index=x", ""),
    (
        "https://k.test/app/security/alerts/redirect/e2a2fe19…",
        "short e2a2fe19…:1",
    ),
    (
        "https://k.test/app/security/alerts/redirect/e2a2fe19...",
        "short e2a2fe19...:1",
    ),
    (
        "https://k.test/app/security/alerts/redirect/e2a2fe19...86d76",
        "short e2a2fe19...86d76:1",
    ),
    (
        "hxxps://k[.]test/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "k.test/s/soc/app/security/alerts/redirect/$A?index=x",
        "$A:1(k=k.test s=soc i=x)",
    ),
    (
        "/s/soc/app/security/alerts/redirect/$A?index=x",
        "$A:1(s=soc i=x)",
    ),
    ("/app/security/alerts/redirect/$A", "$A:1"),
    (
        "linkhttps://k.test/app/security/alerts/redirect/$A",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/s/soc/app/security/alerts?flyout=(preview:!(),right:(id:document-details-right,params:(id:$A,indexName:.internal.alerts-security.alerts-soc-000001,scopeId:alerts-page)))",
        "$A:1(k=https://k.test s=soc i=.internal.alerts-security.alerts-soc-000001)",
    ),
    (
        "https://k.test/s/soc/app/security/alerts?flyout=(right:(id:document-details-right,params:(id:%27$A%27,indexName:.alerts,scopeId:alerts-page)))",
        "$A:1(k=https://k.test s=soc i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts?flyout=%28right%3A%28id%3Adocument-details-right%2Cparams%3A%28id%3A%27$A%27%2CindexName%3A.alerts%29%29%29",
        "$A:1(k=https://k.test s=default i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts?flyout=%2528right%253A%2528params%253A%2528id%253A$A%252CindexName%253A.alerts%2529%2529%2529",
        "$A:1(k=https://k.test s=default i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts?flyoutV2=(right:(params:(documentId:$A,indexName:.alerts)))",
        "$A:1(k=https://k.test s=default i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts?query=(language:kuery,query:'_id:%20$A')&timerange=(global:(from:'2026-11-23'))&pageFilters=!((a:b))&flyout=(preview:!(),right:(id:document-details-right,params:(id:'$A',indexName:.alerts,scopeId:alerts-page)))",
        "$A:1(k=https://k.test s=default i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts?query=(language:kuery,query:'_id:%20$A')",
        "$A:1",
    ),
    (
        "https://k.test/app/security/alerts?query=(language:kuery,query:'_id:%20($A%20or%20$B)')",
        "$A:1 $B:1",
    ),
    (
        "https://k.test/app/security/alerts?query=(language:kuery,query:'kibana.alert.uuid:%20%22$A%22%20and%20host.name:web-07')",
        "$A:1",
    ),
    (
        "https://k.test/app/security/alerts?query=(language:kuery,query:'kibana.alert.rule.uuid:%20$U')",
        "",
    ),
    (
        "https://k.test/app/security/alerts?query=(language:kuery,query:'rule_id:%20$U%20and%20_id:%20$A')",
        "$A:1",
    ),
    (
        "https://k.test/app/security/hosts/name/web-07/events?eventFlyout=(panelView:eventDetail,params:(eventId:$D,indexName:.ds-logs))",
        "$D:1(k=https://k.test s=default i=.ds-logs)",
    ),
    (
        "https://k.test/app/security/timelines?timeline=(activeTab:query,id:'$U',isOpen:!t)",
        "",
    ),
    ("https://k.test/app/security/rules/id/$U", ""),
    (
        "https://k.test/app/security/rules/id/$U/alerts?flyout=(right:(params:(id:$A,indexName:.alerts)))",
        "$A:1(k=https://k.test s=default i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts?flyout=(right:(id:rule-panel,params:(ruleId:$U)))",
        "",
    ),
    (
        "https://k.test/app/security/alerts?flyout=(left:(params:(id:$A,indexName:.alerts)),right:(params:(id:$A,indexName:.alerts)))",
        "$A:1(k=https://k.test s=default i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts?flyout=(right:(params:(id:$A,indexName:.al",
        "$A:1(k=https://k.test s=default i=.al)",
    ),
    (
        "[x](https://k.test/app/security/alerts?flyout=(right:(params:(id:$A,indexName:.alerts))))",
        "$A:1(k=https://k.test s=default i=.alerts)",
    ),
    (
        "https://k.test/app/security/alerts?filters=!((meta:(key:_id),query:(match_phrase:(_id:'$A'))))",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/observability/alerts/$U",
        "$U:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/s/ops/app/observability/alerts/$U?tab=x",
        "$U:1(k=https://k.test s=ops)",
    ),
    (
        "https://k.test/app/discover#/doc/security-solution-default/.ds-logs-1?id=$D",
        "$D:1(k=https://k.test s=default i=.ds-logs-1)",
    ),
    (
        "https://k.test/app/discover#/context/security-solution-default/$D?_a=(columns:!(x))",
        "$D:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/app/discover#/?_a=(query:(language:kuery,query:'_id:%20$A'))",
        "$A:1",
    ),
    ("https://k.test/app/dashboards#/view/$U", "$U:1"),
    (
        "https://k.test/app/security/cases/$U",
        "case $U:1 (https://k.test default)",
    ),
    (
        "https://k.test/s/soc/app/security/cases/$U",
        "case $U:1 (https://k.test soc)",
    ),
    (
        "https://k.test/s/soc/app/security/cases/$U/$V",
        "case $U:1 (https://k.test soc)",
    ),
    (
        "https://k.test/s/soc/app/security/cases/$U/?tabId=alerts",
        "case $U:1 (https://k.test soc)",
    ),
    (
        "https://k.test/app/observability/cases/$U",
        "case $U:1 (https://k.test default)",
    ),
    (
        "https://k.test/app/management/insightsAndAlerting/cases/$U",
        "case $U:1 (https://k.test default)",
    ),
    (
        "https://k.test/app/security/cases/$U.",
        "case $U:1 (https://k.test default)",
    ),
    ("https://k.test/app/security/cases/create", ""),
    (
        "https://k.test/app/security/cases/$U and $A",
        "$A:1 case $U:1 (https://k.test default)",
    ),
    (
        "https://k.test/app/security/cases/$U\nhttps://k.test/app/security/cases/$U",
        "case $U:1 (https://k.test default)",
    ),
    (
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fk.test%2Fs%2Fsoc%2Fapp%2Fsecurity%2Falerts%2Fredirect%2F$A%3Findex%3D.alerts%26timestamp%3D2026-11-23T12%3A04%3A31.000Z&data=05%7C02%7Cmaya%40soc.test%7C&sdata=abc%3D&reserved=0",
        "$A:1(k=https://k.test s=soc i=.alerts at=2026-11-23T12:04:31.000Z)",
    ),
    (
        "https://eur01.safelinks.protection.outlook.com/ap/t-59584e83/?url=https%3A%2F%2Fk.test%2Fapp%2Fsecurity%2Fcases%2F$U&data=x",
        "case $U:1 (https://k.test default)",
    ),
    (
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Feur01.safelinks.protection.outlook.com%2F%3Furl%3Dhttps%253A%252F%252Fk.test%252Fapp%252Fsecurity%252Falerts%252Fredirect%252F$A%26data%3Dx&data=y",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://urldefense.com/v3/__https://k.test/s/soc/app/security/alerts/redirect/$A?index=.alerts__;!!AbC!dEf$",
        "$A:1(k=https://k.test s=soc i=.alerts)",
    ),
    (
        "https://urldefense.com/v3/__https:/k.test/app/security/alerts/redirect/$A__;!!AbC!dEf$",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://urldefense.com/v3/__https://k.test/app/discover*/doc/dv/.ds-logs?id=$D__;Iw!!AbC!dEf$",
        "$D:1(k=https://k.test s=default i=.ds-logs)",
    ),
    (
        "https://urldefense.com/v3/__https://k.test/app/security/alerts?query=(language:kuery,query:'_id:**A$A')__;ICA!!AbC!dEf$",
        "$A:1",
    ),
    (
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__k.test_s_soc_app_security_alerts_redirect_$A-3Findex-3D.alerts&d=DwMF&c=abc",
        "$A:1(k=https://k.test s=soc i=.alerts)",
    ),
    (
        "https://urldefense.proofpoint.com/v1/url?u=https://k.test/app/security/alerts/redirect/$A&k=x",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://www.google.com/url?q=https%3A%2F%2Fk.test%2Fapp%2Fsecurity%2Falerts%2Fredirect%2F$A&sa=D&ust=1",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://www.google.com/url?sa=t&url=https://k.test/app/security/alerts/redirect/$A?index=x",
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        "https://slack-redir.net/link?url=https%3A%2F%2Fk.test%2Fapp%2Fsecurity%2Falerts%2Fredirect%2F$A",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://secure-web.cisco.com/1aBc/https%3A%2F%2Fk.test%2Fapp%2Fsecurity%2Falerts%2Fredirect%2F$A",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fk.test%2fapp%2fsecurity%2falerts%2fredirect%2f$A&c=E,1",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://teams.microsoft.com/l/message/x?link=https%253A%252F%252Fk.test%252Fapp%252Fsecurity%252Falerts%252Fredirect%252F$A",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "https://k.test/login?next=%2Fs%2Fsoc%2Fapp%2Fsecurity%2Falerts%2Fredirect%2F$A%3Findex%3D.alerts",
        "$A:1(k=https://k.test s=soc i=.alerts)",
    ),
    ("https://www.virustotal.com/gui/file/$A", "$A:1"),
    ("https://other.test/search?q=%22$A%22", "$A:1"),
    ("https://other.test/app/foo/$A", "$A:1"),
    ("https://other.test/", "Url https://other.test/:1"),
    ("https://", ""),
    ("://", ""),
    ("//", ""),
];
