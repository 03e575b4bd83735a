//! Which request comes next.

use std::sync::Arc;

use super::shop::Shop;
use super::{buyers, hostile};

/// Calls `$kind` one time in so many as its weight has of all weights together.
macro_rules! one_of {
    ($shop:ident: $($weight:literal $kind:path,)+) => {{
        let all = 0 $(+ $weight)+;
        let mut left = $shop.below(all);
        $(
            if left < $weight {
                return $kind(&$shop).await;
            }
            left -= $weight;
        )+
        // The last comparison took whatever was left.
        debug_assert_eq!(left, 0);
    }};
}

/// Sends one request, or as many as belong to it, and counts what came back.
pub(super) async fn next(shop: Arc<Shop>) {
    one_of!(shop:
        140 buyers::opens_the_page,
        40 buyers::follows_a_link,
        120 buyers::lists_products,
        40 buyers::reads_a_product,
        120 buyers::asks_for_a_quote,
        40 buyers::opens_a_session,
        100 buyers::tells_by_webhook,
        40 buyers::tells_again,
        80 buyers::asks_for_the_payment,
        30 buyers::waits_in_a_stream,
        30 buyers::comes_back_again,
        30 buyers::follows_the_feed,
        20 buyers::asks_as_the_merchant,
        20 buyers::is_a_probe,
        20 hostile::makes_up_a_method,
        10 hostile::sends_a_large_head,
        10 hostile::sends_a_large_body,
        5 hostile::sends_an_unsigned_webhook,
        5 hostile::is_slow,
        20 hostile::hangs_up,
        20 hostile::sends_no_json,
        20 hostile::guesses_references,
        15 hostile::guesses_codes,
        15 hostile::forges_a_return,
        15 hostile::guesses_the_token,
        10 hostile::looks_for_files,
        5 hostile::posts_from_another_site,
    );
}
