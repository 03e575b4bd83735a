//! Which screen the page is, and what the screen starts with.

use leptos::prelude::*;
use wire::link::Parameter;
use wire::{PageData, PageMode, Returned};

use crate::browser::{navigation, page, task};
use crate::checkout::Checkout;
use crate::draft::Draft;
use crate::language;
use crate::payment::Tracking;
use crate::screens::{self, CheckoutScreen, CheckoutScreenProps, StatusScreen, StatusScreenProps};
use crate::settings::Settings;
use crate::text::Text;

/// Mounts the status screen when the address is a return from Creem, else the checkout.
///
/// The page is one or the other for its whole life, so they are mounted apart and no view has to hold both.
pub fn mount(query: &str, page_data: &PageData, settings: Settings, draft: Draft) {
    let mount_point = page::by_id("app").expect("the page has a mount point");
    if let Some(theme) = settings.link.get(Parameter::Theme) {
        page::set_theme(theme);
    }
    page::clear(&mount_point);
    say_around(page_data);
    if let Some(returned) = Returned::parse(query) {
        let tracking = Tracking::new(returned, page_data);
        let locale = settings.locale().map(str::to_owned);
        let shop_url = settings.shop_url;
        let status = move || {
            let tracking = RwSignal::new(tracking);
            screens::announce(tracking);
            task::spawn(screens::follow(tracking));
            StatusScreen(StatusScreenProps { tracking, locale, shop_url, here: () })
        };
        mount_to(mount_point, status).forget();
    } else {
        let page_data = page_data.clone();
        let checkout = move || {
            let checkout = Checkout::new(settings, draft, &page_data, Checkout::kept_attempt(), false);
            checkout.begin();
            navigation::on_restored(move || checkout.came_back());
            navigation::on_connection(move || checkout.connection_changed());
            CheckoutScreen(CheckoutScreenProps { checkout, base: String::new(), unseen: () })
        };
        mount_to(mount_point, checkout).forget();
    }
}

/// Translates what stands around the mount point.
fn say_around(page_data: &PageData) {
    if !language::is_translated() {
        return;
    }
    // A page that was served has its title, which is the product's name where there is one.
    if page_data.products.is_empty() {
        page::set_title(&Text::Checkout.say());
    }
    page::set_text("merchant-notice", &Text::Merchant.say());
    match page_data.mode {
        PageMode::Live => {}
        PageMode::Test => page::set_text("mode-notice", &Text::TestMode.say()),
        PageMode::Sandbox => page::set_text("mode-notice", &Text::Sandbox.say()),
    }
}
