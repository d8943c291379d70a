//! What can be asked of cases.

use caseboard_core::view::{CaseFilter, ListOrder};
use clap::Subcommand;

use super::{SortBy, SortOrder, Write};

#[derive(Debug, Subcommand)]
pub(crate) enum CaseCommand {
    /// Lists cases as the board does, worst severity first, then newest change.
    List(ListCases),
    /// Finds cases as Kibana does, by its own names; or with the window's search language.
    Find(Box<FindCases>),
    /// Shows a case in full.
    Get {
        /// The case: its id, its handle (PROD/soc#42, PROD/soc~76e195) or the beginning of its id.
        case: String,
    },
    /// Creates a case.
    Create(CreateCase),
    /// Changes fields of cases.
    Update(Box<UpdateCase>),
    /// Closes cases. Where alerts are closed with a case, it waits 8 seconds for second thoughts, unless `--yes` is given.
    Close {
        /// The cases; `-` reads them from standard input.
        #[arg(required = true)]
        cases: Vec<String>,
        #[command(flatten)]
        write: Write,
    },
    /// Deletes cases for good. Needs `--yes` and whole ids.
    Delete {
        /// The cases, by their whole ids; `-` reads them from standard input.
        #[arg(required = true)]
        cases: Vec<String>,
        #[command(flatten)]
        write: Write,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListCases {
    /// A search: words, `field:value`, `OR`, `-`. Write `--` before one that begins with `-`.
    pub(crate) words: Vec<String>,
    /// Status, as Kibana writes it.
    #[arg(long, default_value = "open")]
    pub(crate) status: String,
    /// Most cases that are listed; how many there are is told.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) limit: u32,
}

#[derive(Debug, clap::Args)]
pub(crate) struct FindCases {
    /// The window's search language: words, `field:value`, `OR`, `-`. Asks what was read of all spaces in use.
    #[arg(long, conflicts_with_all = ["search", "tags", "status", "severity", "assignees", "reporters", "category", "owner", "from", "to"])]
    pub(crate) query: Option<String>,
    /// Words in title and description, with Kibana's operators `+ | - " * ~` and parentheses.
    #[arg(long)]
    search: Option<String>,
    /// Tags, exactly.
    #[arg(long, value_delimiter = ',')]
    tags: Vec<String>,
    /// open, in-progress, closed.
    #[arg(long, value_delimiter = ',')]
    status: Vec<String>,
    /// low, medium, high, critical.
    #[arg(long, value_delimiter = ',')]
    severity: Vec<String>,
    /// Profile uids; `none` means nobody.
    #[arg(long, value_delimiter = ',')]
    assignees: Vec<String>,
    /// User names or profile uids of those who created them.
    #[arg(long, value_delimiter = ',')]
    reporters: Vec<String>,
    /// Categories, exactly.
    #[arg(long, value_delimiter = ',')]
    category: Vec<String>,
    /// The Kibana applications that own them.
    #[arg(long, value_delimiter = ',')]
    owner: Vec<String>,
    /// Created then or later: a time in RFC 3339, or date math (`now-7d`).
    #[arg(long)]
    from: Option<String>,
    /// Created then or earlier.
    #[arg(long)]
    to: Option<String>,
    /// By what they are sorted.
    #[arg(long, value_enum, default_value = "updatedAt")]
    sort_field: SortBy,
    /// In which order.
    #[arg(long, value_enum, default_value = "desc")]
    sort_order: SortOrder,
    /// Which page of each space, or of all of them together with `--query`.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) page: u32,
    /// Cases on a page.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) per_page: u32,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CreateCase {
    /// At most 160 characters.
    pub(crate) title: String,
    /// Markdown; `-` reads it from standard input.
    #[arg(long)]
    pub(crate) description: String,
    /// A tag; may be given many times.
    #[arg(long = "tag")]
    pub(crate) tags: Vec<String>,
    /// low, medium, high or critical.
    #[arg(long, default_value = "low")]
    pub(crate) severity: String,
    /// Profile uid of somebody it is assigned to; may be given many times.
    #[arg(long = "assignee")]
    pub(crate) assignees: Vec<String>,
    /// At most 50 characters.
    #[arg(long)]
    pub(crate) category: Option<String>,
    /// Kibana leaves attached alerts alone when the case's status changes.
    #[arg(long)]
    pub(crate) no_sync_alerts: bool,
    #[command(flatten)]
    pub(crate) write: Write,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UpdateCase {
    /// The cases; `-` reads them from standard input.
    #[arg(required = true)]
    pub(crate) cases: Vec<String>,
    /// open, in-progress or closed.
    #[arg(long, value_parser = ["open", "in-progress", "closed"])]
    pub(crate) status: Option<String>,
    /// low, medium, high or critical.
    #[arg(long)]
    pub(crate) severity: Option<String>,
    /// At most 160 characters.
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Markdown; `-` reads it from standard input.
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// At most 50 characters; empty for none.
    #[arg(long)]
    pub(crate) category: Option<String>,
    /// Whether Kibana sets the status of attached alerts.
    #[arg(long)]
    pub(crate) sync_alerts: Option<bool>,
    /// A tag that is added; may be given many times.
    #[arg(long = "add-tag")]
    pub(crate) add_tags: Vec<String>,
    /// A tag that is removed; may be given many times.
    #[arg(long = "remove-tag")]
    pub(crate) remove_tags: Vec<String>,
    /// All tags in the place of those that are there, with commas between them; empty for none.
    #[arg(long, conflicts_with_all = ["add_tags", "remove_tags"])]
    pub(crate) replace_tags: Option<String>,
    /// Profile uid of somebody it is assigned to as well; may be given many times.
    #[arg(long = "assign")]
    pub(crate) assign: Vec<String>,
    /// Profile uid of somebody it is no longer assigned to; may be given many times.
    #[arg(long = "unassign")]
    pub(crate) unassign: Vec<String>,
    #[command(flatten)]
    pub(crate) write: Write,
}

impl FindCases {
    pub(crate) fn filter(&self) -> CaseFilter {
        CaseFilter {
            search: self.search.clone(),
            tags: self.tags.clone(),
            status: self.status.clone(),
            severity: self.severity.clone(),
            assignees: self.assignees.clone(),
            reporters: self.reporters.clone(),
            category: self.category.clone(),
            owner: self.owner.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            sort_field: self.sort_field.into(),
            descending: self.descending(),
            page: self.page,
            per_page: self.per_page,
        }
    }

    /// The same order among cases of the mirror, and whether the other way around; `None` where it has no such order.
    pub(crate) fn order(&self) -> Option<(ListOrder, bool)> {
        let order = match self.sort_field {
            SortBy::CreatedAt => ListOrder::Created,
            SortBy::UpdatedAt => ListOrder::Changed,
            SortBy::ClosedAt => ListOrder::Closed,
            SortBy::Title => ListOrder::Title,
            SortBy::Category => ListOrder::Category,
            // The mirror begins with the worst, as Kibana does only when it descends.
            SortBy::Severity => return Some((ListOrder::Severity, !self.descending())),
            SortBy::Status => return None,
        };
        Some((order, self.descending()))
    }

    fn descending(&self) -> bool {
        self.sort_order == SortOrder::Desc
    }
}
