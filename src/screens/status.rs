//! The status screen: what the proxy says about the payment.

use std::sync::Arc;

use leptos::prelude::*;

use crate::components::live::IS_SERVED;
use crate::components::parts::{Button, Line, Link};
use crate::components::{StatusDetails, live};
use crate::status::{Status, Tracking};
use crate::text::{self, Text};

/// The status screen of one payment, as it is served and as it lives.
#[component]
pub fn StatusScreen<V: IntoView + 'static>(
    /// The payment being followed.
    status: Status,
    /// In which language amounts are written.
    locale: Option<String>,
    /// The merchant's shop, where the way back leads.
    shop_url: Option<String>,
    /// The way to ask again by loading the page; the live one asks by itself.
    here: V,
) -> impl IntoView {
    let screen = move || status.screen();
    let gave_up = move || status.tracking.with(Tracking::gave_up);
    let way_back = move || match &shop_url {
        Some(address) => Some((address.clone(), Text::BackToShop.say())),
        None => screen().leads_to_checkout().then(|| ("./".to_owned(), Text::BackToCheckout.say())),
    };
    // What is served does not promise to look again by itself.
    let hint = move || match screen() {
        screen if IS_SERVED && screen.may_change() => String::new(),
        screen => text::status_hint(screen, gave_up()),
    };
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
            <StatusDetails tracking=status.tracking locale />
            <div class="status__actions">
                <Button
                    class="button button--primary"
                    text=live::said(|| Text::CheckAgain.say())
                    hidden=live::flag(move || !gave_up())
                    press=Box::new(move || status.follow())
                />
                {here}
                <Link way=Arc::new(way_back) />
            </div>
        </main>
    }
}
