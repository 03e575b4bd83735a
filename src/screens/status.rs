//! The status screen: what the proxy says about the payment, followed until it is final or time is up.

use std::sync::Arc;

use leptos::prelude::*;

use crate::api;
use crate::browser::{clock, navigation, page, storage, task};
use crate::checkout::ATTEMPT;
use crate::components::live::IS_SERVED;
use crate::components::parts::{Button, Line, Link};
use crate::components::{StatusDetails, live};
use crate::payment::{Ask, FOLLOW_LIMIT_MS, GAP_STEP_MS, Tracking};
use crate::text::{self, Text};

/// The status screen of one payment, as it is served and as it lives.
#[component]
pub fn StatusScreen<V: IntoView + 'static>(
    /// The payment being followed.
    tracking: RwSignal<Tracking>,
    /// In which language amounts are written.
    locale: Option<String>,
    /// The merchant's shop, where the way back leads.
    shop_url: Option<String>,
    /// The way to ask again by loading the page; the live one asks by itself.
    here: V,
) -> impl IntoView {
    let screen = move || tracking.with(Tracking::screen);
    let gave_up = move || tracking.with(Tracking::gave_up);
    let way_back = move || match &shop_url {
        Some(address) => Some((address.clone(), Text::BackToShop.say())),
        None => screen().leads_to_checkout().then(|| ("./".to_owned(), Text::BackToCheckout.say())),
    };
    // What is served does not promise to look again by itself.
    let hint = move || match screen() {
        screen if IS_SERVED && screen.may_change() => String::new(),
        screen => text::status_hint(screen, gave_up()),
    };
    let check_again = move || task::spawn(follow(tracking));
    view! {
        <main
            class="status"
            data-payment-status=live::text(move || screen().as_str())
            data-gave-up=live::text(move || gave_up().to_string())
        >
            <div class="status__mark" aria-hidden="true"></div>
            // One region that is spoken whole: a change of state is one announcement.
            <div class="status__words" role="status" aria-atomic="true">
                <h1 class="status__title">{live::said(move || text::status_title(screen()).say())}</h1>
                <Line class="status__lead" text=live::said(move || text::status_lead(screen()).say()) hidden=live::fixed(false) />
                <Line class="status__hint" text=live::said(hint) hidden=live::fixed(false) />
                {live::without_scripts("status__hint", move || {
                    if screen() == wire::StatusScreen::Verifying {
                        Text::StatusUnreachableLead.say()
                    } else {
                        String::new()
                    }
                })}
            </div>
            <StatusDetails tracking locale />
            <div class="status__actions">
                <Button
                    class="button button--primary"
                    text=live::said(|| Text::CheckAgain.say())
                    hidden=live::flag(move || !gave_up())
                    press=Box::new(check_again)
                />
                {here}
                <Link way=Arc::new(way_back) />
            </div>
        </main>
    }
}

/// Asks until the payment is final or time is up. A final answer that was served needs no asking.
pub async fn follow(tracking: RwSignal<Tracking>) {
    announce(tracking);
    let round = tracking.try_update(Tracking::begin).unwrap_or_default();
    task::spawn(async move {
        clock::sleep(FOLLOW_LIMIT_MS).await;
        tracking.update(|tracking| tracking.give_up(round));
        announce(tracking);
    });
    let mut gap_ms = 0;
    while tracking.with_untracked(|tracking| tracking.goes_on(round)) {
        listen(tracking);
        let answer = match tracking.with_untracked(Tracking::ask) {
            Some(Ask::Return(query)) => api::verify_return(&query).await,
            Some(Ask::Payment(request_id, checkout_id)) => api::payment(&request_id, &checkout_id).await,
            None => return,
        };
        tracking.update(|tracking| tracking.answered(answer));
        announce(tracking);
        gap_ms += GAP_STEP_MS;
        clock::sleep(gap_ms).await;
    }
}

/// Hears of changes as they happen; asking goes on behind it, for where events do not come through.
fn listen(tracking: RwSignal<Tracking>) {
    if let Some((request_id, checkout_id)) = tracking.try_update(Tracking::start_listening).flatten() {
        api::follow_payment(&request_id, &checkout_id, move |payment| {
            let is_final = payment.status.is_final();
            tracking.update(|tracking| tracking.answered(Ok(payment)));
            announce(tracking);
            is_final
        });
    }
}

/// Names the state in the title, and takes the signature out of the address bar once it has done its work.
pub fn announce(tracking: RwSignal<Tracking>) {
    tracking.with_untracked(|tracking| {
        page::set_title(&text::status_title(tracking.screen()).say());
        if tracking.payment().is_some_and(|payment| payment.status.is_final()) {
            // The next order is another one, even if it is for the same.
            storage::forget(ATTEMPT);
        }
        if let Some(query) = tracking.tidy_query() {
            navigation::replace_query(&query);
        }
    });
}
