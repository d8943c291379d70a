use super::{AlertQuery, SearchAlerts};
use crate::{check, client::Space, error::Error, id::AlertId, lenient::List, model::AlertHit};

impl Space {
    /// The documents of alerts in this space, in any order. An id without a document is simply missing; one that lies in two indices comes twice.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// for alert in space.alerts_by_id(&["a1b2".parse()?]).await? {
    ///     println!("{:?} {:?}", alert.host(), alert.reason());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may not read alerts here.
    pub async fn alerts_by_id(&self, ids: &[AlertId]) -> Result<List<AlertHit>, Error> {
        let size = (ids.len() as u64 * 2).min(check::SEARCHED_ALERTS);
        let search = SearchAlerts {
            query: AlertQuery::Ids(ids.to_vec()),
            size,
            count: false,
            ..SearchAlerts::default()
        };
        Ok(self.search_alerts(&search).await?.alerts)
    }
}
