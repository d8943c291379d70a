use super::Case;

/// HTML of grids, mails and pages.
pub(super) const TABLE: &[Case] = &[
    ("<p>\r\r$A</p>\r\n<p>$B</p>", "$A:1 $B:2"),
    ("<p>$A</p>", "$A:1"),
    ("<p>$A</p><p>$B</p>", "$A:1 $B:1"),
    ("<div>$A<br>$B</div>", "$A:1 $B:1"),
    ("<ul><li>$A<li>$B</ul>", "$A:1 $B:1"),
    ("<p>\n$A\n</p>\n<p>$B</p>", "$A:2 $B:4"),
    (
        "<span>e2a2fe19b3c14d5f8a7b6c5d4e3f2a1b</span><wbr><span>0c9d8e7f6a5b4c3d2e1f0a9b8c086d76</span>",
        "$A:1",
    ),
    ("<meta charset='utf-8'><b>$A</b>", "$A:1"),
    ("<!doctype html><html><body>$A</body></html>", "$A:1"),
    (
        "<html><head><style>.x{color:red} $B</style><script>let a = '$C';</script></head><body>$A</body></html>",
        "$A:1",
    ),
    (
        "<!--StartFragment--><span>$A</span><!--EndFragment-->",
        "$A:1",
    ),
    ("<p><!-- $B -->$A</p>", "$A:1"),
    (
        "<a href=\"https://k.test/app/security/alerts/redirect/$A?index=x\">the alert</a>",
        "$A:1(k=https://k.test s=default i=x)",
    ),
    (
        "<a href=\"https://k.test/app/security/alerts/redirect/$A?index=x&amp;timestamp=2026\">$A</a>",
        "$A:1(k=https://k.test s=default i=x at=2026)",
    ),
    (
        "<a href=\"https://k.test/app/security/alerts/redirect/$A?index=x&timestamp=2026\">$A</a>",
        "$A:1(k=https://k.test s=default i=x at=2026)",
    ),
    (
        "<p>https://k.test/app/security/alerts/redirect/$A?index=x&timestamp=2026</p>",
        "$A:1(k=https://k.test s=default i=x at=2026)",
    ),
    (
        "<a href=\"https://k.test/app/security/alerts/redirect/$A\">e2a2fe19…086d76</a>",
        "$A:1(k=https://k.test s=default)",
    ),
    (
        "<a href='https://k.test/app/security/cases/$U'>case</a>",
        "case $U:1 (https://k.test default)",
    ),
    ("<a name=x>$A</a>", "$A:1"),
    ("<p>e2a2fe19…086d76</p>", "short e2a2fe19…086d76:1"),
    (
        "<table><tr><td>$A</td><td>web-07</td></tr><tr><td>$B</td><td>web-08</td></tr></table>",
        "$A:1 $B:1",
    ),
    (
        "<table><tr><th>_id</th><th>host</th></tr><tr><td>17</td><td>web-07</td></tr></table>",
        "17:1(host=web-07)",
    ),
    (
        "<table>\n<thead><tr><th>_id</th><th>host</th></tr></thead>\n<tbody>\n<tr><td>17</td><td>web-07</td></tr>\n<tr><td>18</td><td>web-08</td></tr>\n</tbody></table>",
        "17:4(host=web-07) 18:5(host=web-08)",
    ),
    (
        "<table><tr><td>Host</td><td>Alert ID</td></tr><tr><td>web-07</td><td><b>17</b></td></tr></table>",
        "17:1(host=web-07)",
    ),
    (
        "<table><tr><th>_id</th><th>Rule</th></tr><tr><td><a href=\"https://k.test/s/soc/app/security/alerts/redirect/$A?index=x\">$A</a></td><td><a href=\"https://k.test/app/security/rules/id/$U\">R</a></td></tr></table>",
        "$A:1(k=https://k.test s=soc i=x rule=R)",
    ),
    (
        "<table><tr><th>_id</th><th>sha256</th></tr><tr><td>$A</td><td>$B</td></tr></table>",
        "$A:1",
    ),
    (
        "<table><tr><td><table><tr><td>$A</td></tr></table></td></tr></table>",
        "$A:1",
    ),
    (
        "<table><tr><td>Hello<p>$A</p><p>$B</p></td></tr></table>",
        "$A:1 $B:1",
    ),
    (
        "<table><tr><th>_id<tr><td>17<tr><td>18</table>",
        "17:1 18:1",
    ),
    (
        "<table><tr><th>_id</th></tr><tr><td>17</td></tr></table><table><tr><td>$A</td></tr></table>",
        "17:1 $A:1",
    ),
    (
        "<TABLE><TR><TH>_id</TH></TR><TR><TD>17</TD></TR></TABLE>",
        "17:1",
    ),
    (
        "Subject: alerts\n\n<html><body><p>$A</p></body></html>",
        "$A:3",
    ),
    (
        "<pre>\n{\"_id\": \"my id\",\n \"_index\": \".a\"}\n</pre>",
        "my id:2(i=.a)",
    ),
    ("<pre>_id,host\n17,web-07\n</pre>", "17:2(host=web-07)"),
    ("<p>$A &amp; $B &lt;x&gt;</p>", "$A:1 $B:1"),
    ("<p>$A&nbsp;$B</p>", "$A:1 $B:1"),
    ("<p>e2a2&#8203;fe19</p>", ""),
    ("<p", ""),
    ("<p>", ""),
    (
        "<a href=\"https://k.test/app/security/alerts/redirect/$A",
        "",
    ),
    ("<a href=>$A</a>", "$A:1"),
    ("</p>$A", "$A:1"),
    ("<unknown>$A</unknown>", "$A:1"),
    ("<e2a2fe19@mail.test> $A", "$A:1"),
];
