//! Who the key belongs to, and who is behind a profile uid. Internal routes.

use serde_json::json;

use crate::{
    check,
    client::{Client, Space},
    error::Error,
    lenient::List,
    model::{Me, Owner, UserProfile},
    request::Request,
};

impl Client {
    /// Whose credentials these are. Only here does a superuser show.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// let me = client.me().await?;
    /// println!("{}{}", me.username, if me.is_superuser() { ", who may do everything" } else { "" });
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As any other call; consider the rights of the key as unknown then.
    pub async fn me(&self) -> Result<Me, Error> {
        self.fetch(Request::get(
            "GET /internal/security/me",
            &["internal", "security", "me"],
        ))
        .await
    }

    /// The profile of the key's owner.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// println!("{}", client.own_profile().await?.uid);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is none, which is usual for API keys.
    pub async fn own_profile(&self) -> Result<UserProfile, Error> {
        let path = ["internal", "security", "user_profile"];
        let request = Request::get("GET /internal/security/user_profile", &path);
        self.fetch(request.query("dataPath", "avatar")).await
    }
}

impl Space {
    /// Persons whose name begins so, who may be assigned cases of these owners; `size` of them, 1 to 10.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{Assignee, Owner};
    ///
    /// let suggested = space.suggest_profiles("an", &[Owner::SecuritySolution], 10).await?;
    /// let assignees: Vec<_> = suggested.into_iter().map(|profile| Assignee::new(profile.uid)).collect();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` without the right or the Platinum licence; [`Error::Input`] for another `size`.
    pub async fn suggest_profiles(
        &self,
        name: &str,
        owners: &[Owner],
        size: u32,
    ) -> Result<List<UserProfile>, Error> {
        check::number("size", size.into(), 1, check::PROFILES)?;
        let request = Request::post(
            "POST /internal/cases/_suggest_user_profiles",
            &["internal", "cases", "_suggest_user_profiles"],
            json!({"name": name, "owners": owners, "size": size}),
        );
        self.fetch(request.harmless()).await
    }

    /// Profiles by their uids: names for assignees. Unknown ones are left out.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// let uids: Vec<_> = case.assignees.into_iter().map(|assignee| assignee.uid).collect();
    /// for profile in space.profiles(&uids).await? {
    ///     println!("{:?}", profile.user.full_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` without the right, which is part of the Cases features.
    pub async fn profiles(&self, uids: &[String]) -> Result<List<UserProfile>, Error> {
        let request = Request::post(
            "POST /internal/security/user_profile/_bulk_get",
            &["internal", "security", "user_profile", "_bulk_get"],
            json!({"uids": uids, "dataPath": "avatar"}),
        );
        self.fetch(request.harmless()).await
    }
}
