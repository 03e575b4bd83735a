//! Whose shop it is: its sign above the screen, and its links below. Only served: they stand around the mount point, and
//! the app leaves them as they are.

use leptos::prelude::*;

use crate::text::Text;

/// The shop's picture.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Where it is, from the page's address.
    pub address: String,
    /// Where the one for dark pages is.
    pub dark: Option<String>,
    /// Whether the page is light or dark for certain, and not as the reader's system is.
    pub is_dark: Option<bool>,
    /// Its own width and height, so that its place is kept.
    pub size: (u32, u32),
}

impl Logo {
    /// Whether it is a sign rather than a name: about as high as it is wide.
    fn is_sign(&self) -> bool {
        let (width, height) = self.size;
        u64::from(width) * 2 < u64::from(height) * 3
    }

    /// On which media the dark one is shown. Paper is light, as in the page's own sheets.
    fn dark_media(&self) -> Option<&'static str> {
        match self.is_dark {
            Some(true) => Some("screen"),
            Some(false) => None,
            None => Some("screen and (prefers-color-scheme: dark)"),
        }
    }
}

/// The logo, and the name where there is none or it is only a sign; they lead to the shop.
#[component]
pub fn ShopSign(
    /// What the shop is called.
    name: String,
    /// Where it is.
    url: Option<String>,
    /// Its picture.
    logo: Option<Logo>,
) -> impl IntoView {
    let is_written = logo.as_ref().is_none_or(Logo::is_sign);
    // A name that stands beside it is not said twice.
    let alt = if is_written { String::new() } else { name.clone() };
    let picture = logo.map(|logo| {
        let dark = logo.dark_media().zip(logo.dark);
        view! {
            <picture>
                {dark.map(|(media, address)| view! { <source media=media srcset=address /> })}
                <img class="shop__logo" src=logo.address alt=alt width=logo.size.0 height=logo.size.1 />
            </picture>
        }
    });
    let name = is_written.then(|| view! { <span class="shop__name">{name}</span> });
    let sign = view! {
        {picture}
        {name}
    };
    let sign = match url {
        Some(url) => view! { <a class="shop__sign" href=url>{sign}</a> }.into_any(),
        None => view! { <span class="shop__sign">{sign}</span> }.into_any(),
    };
    view! { <div class="shop">{sign}</div> }
}

/// The shop's own pages. They open beside this one, which keeps what was typed.
#[component]
pub fn ShopLinks(
    /// What each is called, and where it is.
    links: Vec<(Text, String)>,
) -> impl IntoView {
    let links: Vec<_> = links
        .into_iter()
        .map(|(text, url)| {
            let is_mail = url.starts_with("mailto:");
            let target = (!is_mail).then_some("_blank");
            view! {
                <li>
                    // On paper the address is written out.
                    <a target=target rel="noopener" data-address=written(&url) href=url.clone()>
                        {text.say()}
                    </a>
                </li>
            }
        })
        .collect();
    view! { <ul class="page-footer__links">{links}</ul> }
}

/// An address as people write it.
fn written(url: &str) -> String {
    let bare = ["mailto:", "https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme)).unwrap_or(url);
    bare.split('?').next().unwrap_or(bare).trim_end_matches('/').to_owned()
}
