//! What Creem's sentences name, and what they leave open.

use creem::{ApiErrorBody, CreateCheckoutCustomer};
use wire::DiscountOutcome::{Expired, NotStarted, Unknown, UsedUp, WrongCurrency, WrongProduct};

use super::*;

fn everything() -> CreateCheckout {
    CreateCheckout {
        product_id: "prod_7Gone".to_owned(),
        units: Some(3),
        discount_code: Some("SUMMER20".to_owned()),
        customer: Some(CreateCheckoutCustomer { email: "ada@gmail.c".to_owned() }),
        ..CreateCheckout::default()
    }
}

fn body(message: &str) -> ApiErrorBody {
    ApiErrorBody { message: vec![message.to_owned()], ..ApiErrorBody::default() }
}

/// By 400, 404 and 403 alike.
fn named(message: &str) -> Option<Subject> {
    let subjects = [
        ApiError::Refused { status: 400, body: body(message) },
        ApiError::Refused { status: 422, body: body(message) },
        ApiError::NotFound { body: body(message) },
        ApiError::Key { status: 403, body: body(message) },
    ]
    .map(|error| Subject::of(&error, &everything()));
    assert!(subjects.iter().all(|subject| *subject == subjects[0]), "{message}: {subjects:?}");
    subjects[0]
}

// A code that ended between quote and press was "this product is no longer for sale" by its 404, and "tell the
// shop" by any other status; so was an e-mail address that Creem does not take.
#[test]
fn what_is_named_is_refused_and_not_what_the_status_is_used_for() {
    for (message, subject) in [
        ("Discount not found", Subject::Discount(Unknown)),
        ("DISCOUNT NOT FOUND", Subject::Discount(Unknown)),
        ("Invalid discount code", Subject::Discount(Unknown)),
        ("Coupon does not exist", Subject::Discount(Unknown)),
        ("This promotion code is inactive", Subject::Discount(Unknown)),
        ("discountCode: invalid", Subject::Discount(Unknown)),
        ("discount_code must be a valid code", Subject::Discount(Unknown)),
        ("The code is not valid", Subject::Discount(Unknown)),
        ("'summer20' is not valid", Subject::Discount(Unknown)),
        ("Discount has expired", Subject::Discount(Expired)),
        ("Discount code SUMMER20 expired on 2026-11-27", Subject::Discount(Expired)),
        ("This coupon has ended", Subject::Discount(Expired)),
        ("The code is no longer valid", Subject::Discount(Expired)),
        ("Discount is not active yet", Subject::Discount(NotStarted)),
        ("Discount has reached its redemption limit", Subject::Discount(UsedUp)),
        ("Maximum redemptions reached", Subject::Discount(UsedUp)),
        ("Promo code has already been used", Subject::Discount(UsedUp)),
        ("Discount does not apply to this product", Subject::Discount(WrongProduct)),
        ("This product is not eligible for the coupon", Subject::Discount(WrongProduct)),
        ("Discount currency does not match the product currency", Subject::Discount(WrongCurrency)),
        ("email must be an email", Subject::Email),
        ("customer.email must be an email", Subject::Email),
        ("customer must be an object", Subject::Email),
        ("Invalid e-mail address", Subject::Email),
        ("ada@gmail.c cannot receive receipts", Subject::Email),
        ("This product needs an email", Subject::Email),
        ("units must not be greater than 10", Subject::Units),
        ("Only 2 seats are left of this product", Subject::Units),
        ("Quantity is not supported for this product", Subject::Units),
        ("custom_fields.0.label must be shorter than or equal to 50 characters", Subject::CustomFields),
        ("metadata.email must be a string", Subject::Metadata),
        ("success_url must be a valid URL", Subject::SuccessUrl),
        ("request_id must be shorter than 100 characters", Subject::RequestId),
        ("Product not found", Subject::Product),
        ("product_id must be a valid id", Subject::Product),
        ("Could not find product or price", Subject::Product),
        ("Price is archived", Subject::Product),
        ("No such thing: prod_7gone", Subject::Product),
    ] {
        assert_eq!(named(message), Some(subject), "{message}");
    }
}

#[test]
fn words_that_name_nothing_of_ours_stay_what_they_are() {
    let refused = |message: &str| {
        Subject::of(&ApiError::Refused { status: 400, body: body(message) }, &CreateCheckout::default())
    };
    for message in [
        "A resource with this identifier already exists",
        "property discount_code should not exist",
        "property units should not exist",
        "Invalid postal code",
        "Store is under review",
        "unity of opportunities",
        "",
    ] {
        assert_eq!(refused(message), None, "{message}");
        let error = ApiError::Refused { status: 400, body: body(message) };
        assert_eq!(Subject::of(&error, &everything()), None, "{message}");
    }
    for unsent in ["Discount not found", "email must be an email", "Affiliate not found"] {
        assert_eq!(refused(unsent), None, "nobody is blamed for what was not sent: {unsent}");
    }
    let nothing = ApiError::NotFound { body: ApiErrorBody::default() };
    assert_eq!(Subject::of(&nothing, &everything()), Some(Subject::Product));
    for message in ["Discounts are not enabled for this store", "API key lacks the scope discounts:read"] {
        let error = ApiError::Key { status: 403, body: body(message) };
        assert_eq!(Subject::of(&error, &everything()), None, "{message}");
    }
    let error = ApiError::Unavailable { status: Some(500), body: body("Discount service failed") };
    assert_eq!(Subject::of(&error, &everything()), None, "it is not refused");
}

#[test]
fn of_several_sentences_the_first_that_names_something_counts() {
    let message = ["Bad Request", "email must be an email", "Product not found"].map(str::to_owned).to_vec();
    let error = ApiError::Refused { status: 400, body: ApiErrorBody { message, ..ApiErrorBody::default() } };
    assert_eq!(Subject::of(&error, &everything()), Some(Subject::Email));
}
