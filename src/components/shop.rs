//! Whose shop it is: its sign above the screen, and its links below. Only served: they stand around the mount point, and
//! the app leaves them as they are.

use leptos::prelude::*;

use crate::text::Text;

/// One picture of the shop.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Where it is, from the page's address.
    pub address: String,
    /// Its own width and height, so that its place is kept.
    pub size: (u32, u32),
}

impl Logo {
    /// Whether it is a sign rather than a name: about as high as it is wide.
    fn is_sign(&self) -> bool {
        let (width, height) = self.size;
        u64::from(width) * 2 < u64::from(height) * 3
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
    /// The picture for dark pages.
    dark_logo: Option<Logo>,
) -> impl IntoView {
    let is_written = logo.as_ref().is_none_or(Logo::is_sign);
    // A name that stands beside it is not said twice.
    let alt = if is_written { String::new() } else { name.clone() };
    let light_class = if dark_logo.is_some() { "shop__logo shop__logo--light" } else { "shop__logo" };
    let picture =
        |class: &'static str, Logo { address, size: (width, height) }: Logo, loading: Option<&'static str>| {
            view! { <img class=class src=address alt=alt.clone() width=width height=height loading=loading /> }
        };
    // Always, because a dark page that is printed has no time to fetch it; the other comes only where it is shown.
    let light = logo.map(|logo| picture(light_class, logo, None));
    let dark = dark_logo.map(|logo| picture("shop__logo shop__logo--dark", logo, Some("lazy")));
    let name = is_written.then(|| view! { <span class="shop__name">{name}</span> });
    let sign = view! {
        {light}
        {dark}
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
