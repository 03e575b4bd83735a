//! A shop with a thousand products, most of them with pictures.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Shop, View, journey};
use serde_json::json;
use thirtyfour::prelude::*;

const MANY: usize = 1000;

/// How long finding one product may take, the browser's own work included: a second for each letter would be too long,
/// also on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(10);

async fn stock(shop: &Shop) -> Result<()> {
    for number in 0..MANY {
        let product = json!({
            "name": format!("Course {number:04}"), "description": "An evening course.", "price": 1000 + number,
            "currency": "USD", "billing_type": "onetime", "image_url": "https://images.example/course.png"
        });
        shop.ask_sandbox("v1/products", product).await.with_context(|| format!("product {number}"))?;
    }
    Ok(())
}

async fn cards(browser: &Browser) -> Result<usize> {
    let count = "return [...document.querySelectorAll('label.product-card')].filter((c) => c.checkVisibility()).length";
    Ok(browser.driver().execute(count, Vec::new()).await?.convert()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_a_thousand_products_is_found_by_typing_and_bought() -> Result<()> {
    journey("thousand", View::PHONE, async |browser, shop| {
        stock(shop).await?;
        browser.go(format!("{}?locale=en-US", shop.app)).await?;
        browser.taken_over().await?;
        ensure!(cards(browser).await? >= MANY, "all of them are there: {}", cards(browser).await?);
        let asked =
            "return performance.getEntriesByType('resource').filter((e) => e.name.includes('images.example')).length";
        let images: usize = browser.driver().execute(asked, Vec::new()).await?.convert()?;
        ensure!(images < MANY / 2, "{images} pictures are asked for before anybody scrolls to them");
        let begin = Instant::now();
        browser.type_into("input[type=search]", "course 0777").await?;
        browser.until("one card", async || Ok((cards(browser).await? == 1).then_some(()))).await?;
        ensure!(begin.elapsed() < PATIENCE, "finding it took {:?}", begin.elapsed());
        browser.press("label.product-card:not([hidden])").await?;
        browser.read("[data-line=total] dd", "$17.77").await?;
        let box_kept =
            "const { width, height } = document.querySelector('label:has(:checked) img').getBoundingClientRect();
            return width === 64 && height === 48";
        let kept: bool = browser.driver().execute(box_kept, Vec::new()).await?.convert()?;
        ensure!(kept, "a picture that does not come keeps its room");
        browser.type_into("[name=email]", "ada@example.com").await?;
        // The pictures' host does not exist, and the console says so.
        browser.hear_complaints().await?;
        browser.keys(Key::Enter).await?;
        browser.arrive("/checkout/prod_").await?;
        browser.hear_complaints().await.map(drop)
    })
    .await
}
