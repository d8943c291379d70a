//! Comments of a case.

use serde_json::json;

use crate::{
    args::Write,
    context::{Context, invalid},
    output,
    told::Result,
    writes::settle,
};

pub(super) async fn add(context: &Context, case: &str, text: &[String], write: &Write) -> Result {
    let text = context.text(&text.join(" "))?;
    let case = context.case(case).await?;
    let written = write.desk(context).add_comment(&case, text).await?;
    settle(context, write, vec![written], &[]).await
}

pub(super) async fn list(context: &Context, case: &str) -> Result {
    let detail = context.case_in_full(case).await?;
    let texts = context.desk.texts(&detail.row.case).await?;
    let target = context.desk.name_case(&detail.row.case).await?;
    let told = json!({
        "case": target, "comments": texts.comments, "entries": detail.entries, "readAt": detail.read_at,
        "problem": detail.problem,
    });
    Ok(context.tell(&told, |page| {
        crate::writes::target(page, &target);
        output::comments(page, &texts);
        output::entries(page, &detail.entries);
        output::age(page, &detail);
    }))
}

pub(super) async fn edit(
    context: &Context,
    (case, comment): (&str, &str),
    text: &[String],
    write: &Write,
) -> Result {
    let text = context.text(&text.join(" "))?;
    let case = context.case(case).await?;
    let comment = comment
        .parse()
        .map_err(|_| invalid("comment", "that is no id of a comment"))?;
    let desk = write.desk(context);
    match desk.edit_comment(&case, &comment, None, text).await? {
        Some(written) => settle(context, write, vec![written], &[]).await,
        None => settle(context, write, Vec::new(), &[case]).await,
    }
}

pub(super) async fn delete(
    context: &Context,
    (text, comment): (&str, &str),
    write: &Write,
) -> Result {
    let case = context.case(text).await?;
    write.destroys(text, &case)?;
    let texts = context.desk.texts(&case).await?;
    let comments = texts.comments.unwrap_or_default();
    let found = comments.iter().find(|one| one.id.as_str() == comment);
    let found = found.ok_or_else(|| invalid("comment", "the case has no comment of that id"))?;
    let desk = write.desk(context);
    let written = desk.delete_attachment(&case, &found.id).await?;
    settle(context, write, vec![written], &[]).await
}
