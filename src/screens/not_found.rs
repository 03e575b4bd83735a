//! What a person sees at an address where nothing is. Only served: the app never comes there.

use leptos::prelude::*;

use crate::text::Text;

/// The screen, with the way to the shop, or to the checkout where no shop is known.
#[component]
pub fn NotFoundScreen(
    /// Where the checkout is, from this address.
    checkout_url: String,
    /// The merchant's shop.
    shop_url: Option<String>,
) -> impl IntoView {
    let (address, label) = match shop_url {
        Some(shop_url) => (shop_url, Text::BackToShop),
        None => (checkout_url, Text::BackToCheckout),
    };
    view! {
        <main class="status">
            <div class="status__words">
                <h1 class="status__title">{Text::NotFoundTitle.say()}</h1>
                <p class="status__lead">{Text::NotFoundLead.say()}</p>
            </div>
            <div class="status__actions">
                <a class="button" href=address>
                    {label.say()}
                </a>
            </div>
        </main>
    }
}
