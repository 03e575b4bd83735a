//! What a person sees at an address where nothing is. Only served: the app never comes there.

use leptos::prelude::*;
use wire::{StatusScreen, words};

use crate::language::say;

/// The screen, with the way to the shop, or to the checkout where no shop is known.
#[component]
pub fn NotFoundScreen(
    /// Where the checkout is, from this address.
    checkout_url: String,
    /// The merchant's shop.
    shop_url: Option<String>,
) -> impl IntoView {
    let [to_shop, to_checkout] = StatusScreen::WAYS_BACK;
    let (address, label) = match shop_url {
        Some(shop_url) => (shop_url, to_shop),
        None => (checkout_url, to_checkout),
    };
    view! {
        <main class="status">
            <div class="status__words">
                <h1 class="status__title">{say(words::NOT_FOUND)}</h1>
                <p class="status__lead">{say(words::NOT_FOUND_LEAD)}</p>
            </div>
            <div class="status__actions">
                <a class="button" href=address>
                    {say(label)}
                </a>
            </div>
        </main>
    }
}
