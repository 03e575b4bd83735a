//! Every sentence with its id and its English words.
//!
//! The table is one text with a line for each sentence: a table of pairs would cost the app's download more.

macro_rules! texts {
    ($($name:ident = $id:literal, $english:literal;)*) => {
        /// A sentence or label; what stands in braces is filled in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each name is read beside its sentence")]
        pub enum Text {
            $($name,)*
        }

        impl Text {
            /// Every sentence.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }

        const TABLE: &str = concat!($($id, " ", $english, "\n",)*);
    };
}

texts! {
    Checkout = "checkout", "Checkout";
    ProductChoose = "product-choose", "Choose a product";
    ProductsOther = "products-other", "Other products";
    ProductsLoading = "products-loading", "Loading products…";
    ProductsFailed = "products-failed", "We couldn’t load the products. Check your connection and try again.";
    ProductsNone = "products-none", "There’s nothing to buy here right now.";
    ProductsFind = "products-find", "Find a product";
    ProductsNoMatch = "products-no-match", "No products match. Try a different search.";
    More = "more", "More";
    Free = "free", "Free";
    Saving = "saving", "Save {percent}";
    Monthly = "monthly", "That’s {amount} per month";
    TrialFree = "trial-free", "{days} free";
    TrialPaid = "trial-paid", "Trial: {days} for {price}";
    PeriodDay = "period-day", "per day";
    PeriodWeek = "period-week", "per week";
    PeriodMonth = "period-month", "per month";
    PeriodYear = "period-year", "per year";
    PeriodOther = "period-other", "every {interval}";
    PlanOnce = "plan-once", "One-time";
    PlanDaily = "plan-daily", "Daily";
    PlanMonthly = "plan-monthly", "Monthly";
    PlanQuarterly = "plan-quarterly", "Quarterly";
    PlanHalfYearly = "plan-half-yearly", "Every 6 months";
    PlanYearly = "plan-yearly", "Yearly";
    PlanOther = "plan-other", "Other";
    Units = "units", "Quantity";
    UnitsLess = "units-less", "Decrease quantity";
    UnitsMore = "units-more", "Increase quantity";
    Optional = "optional", "optional";
    Code = "code", "Discount code";
    CodeAsk = "code-ask", "Have a discount code?";
    CodeRemove = "code-remove", "Remove the code";
    CodeChecking = "code-checking", "Checking the code…";
    CodeUnchecked = "code-unchecked", "We can’t check this code right now. We’ll try again when you continue.";
    CodeApplied = "code-applied", "{code} applied: {amount} off.";
    CodeAppliedAlways = "code-applied-always", "{code} applied: {amount} off every payment.";
    CodeAppliedFor = "code-applied-for", "{code} applied: {amount} off for the first {time}.";
    Email = "email", "Email";
    EmailHint = "email-hint", "We’ll send your receipt here.";
    EmailSuggestion = "email-suggestion", "Did you mean {email}?";
    EmailEmpty = "email-empty", "Enter your email address so we can send your receipt.";
    EmailIncomplete = "email-incomplete", "Enter a full email address, like name@example.com.";
    EmailMalformed = "email-malformed", "Check the address for spaces and unusual characters.";
    EmailTooLong = "email-too-long", "This address is too long. Use a shorter one.";
    Summary = "summary", "Order summary";
    NothingChosen = "nothing-chosen", "Nothing chosen yet";
    NoAmount = "no-amount", "–";
    DueToday = "due-today", "Due today";
    Tax = "tax", "Tax";
    TaxIncluded = "tax-included", "Included";
    TaxAdded = "tax-added", "Calculated at payment";
    PriceLater = "price-later", "The payment page shows the total, including any discount and tax, before you pay.";
    Charges = "charges", "{charges}.";
    ChargesThen = "charges-then", "Then {charges}.";
    ChargesInTurn = "charges-in-turn", "{first}, then {next}";
    ChargesOn = "charges-on", "{amount} {period} from {date} until you cancel";
    ChargesFor = "charges-for", "{amount} {period} for {time}";
    ChargesForFrom = "charges-for-from", "{amount} {period} for {time} from {date}";
    ChargeOnce = "charge-once", "{amount} on {date}";
    ChargeTrial = "charge-trial", "{amount} today for {time}";
    Asked = "asked", "The payment page also asks for: {fields}.";
    Pay = "pay", "Continue to payment";
    PayNothingToday = "pay-nothing-today", "Continue";
    PayTrial = "pay-trial", "Start free trial";
    PayFree = "pay-free", "Get it free";
    PayWithoutCode = "pay-without-code", "Continue without the code";
    PaySending = "pay-sending", "One moment…";
    PayLeaving = "pay-leaving", "Taking you to the payment page…";
    PayAgainLink = "pay-again-link", "Open the payment page";
    Assurance = "assurance", "Next: secure payment with Creem. You won’t be charged yet.";
    Merchant =
        "merchant", "Orders are processed by Creem, our merchant of record, who handles payment, tax and receipts.";
    ConsentNotice = "consent-notice", "By continuing, you agree to:";
    ConsentBox = "consent-box", "I agree to:";
    ConsentMissing = "consent-missing", "Tick this box to continue.";
    TestMode = "test-mode", "Test mode: no real money moves.";
    Sandbox = "sandbox", "Sandbox: no real money moves.";
    TryAgain = "try-again", "Try again";
    Offline = "offline", "You seem to be offline. You haven’t been charged, and your entries are kept.";
    TimedOut = "timed-out", "That took too long. You haven’t been charged, and trying again won’t charge you twice.";
    UnsafeAddress =
        "unsafe-address", "The payment page’s address isn’t valid. You haven’t been charged. Please tell the shop.";
    Error = "error", "Error:";
    ErrorProductRequired = "error-product-required", "Choose a product to continue.";
    ErrorProductUnknown = "error-product-unknown", "This product is no longer for sale. Choose another one.";
    ErrorUnitsInvalid = "error-units-invalid", "Enter a quantity of 1 or more.";
    ErrorDiscountUnknown =
        "error-discount-unknown", "This code isn’t valid. Continue without it, or enter another one.";
    ErrorDiscountExpired =
        "error-discount-expired", "This code has expired. Continue without it, or enter another one.";
    ErrorDiscountNotStarted =
        "error-discount-not-started", "This code isn’t valid yet. Continue without it, or enter another one.";
    ErrorDiscountUsedUp =
        "error-discount-used-up", "This code has reached its limit. Continue without it, or enter another one.";
    ErrorDiscountWrongProduct =
        "error-discount-wrong-product", "This code is for another product. Continue without it, or enter another one.";
    ErrorDiscountWrongCurrency =
        "error-discount-wrong-currency",
        "This code is for another currency. Continue without it, or enter another one.";
    ErrorRateLimited = "error-rate-limited", "Too many attempts. Wait a moment and try again.";
    ErrorLinkExpired = "error-link-expired", "This link is no longer valid. Go back to the shop and open a new one.";
    ErrorLinkWrong =
        "error-link-wrong",
        "This checkout link isn’t set up correctly, so the payment can’t start. Please tell the shop.";
    ErrorReload = "error-reload", "Reload the page and try again.";
    ErrorReturnNotGenuine =
        "error-return-not-genuine", "We couldn’t verify this link. Open the original link again, or contact the shop.";
    ErrorReturnNotConfirmed = "error-return-not-confirmed", "The payment isn’t confirmed yet. Check again in a minute.";
    ErrorUpstreamRefused =
        "error-upstream-refused", "We couldn’t start your payment. You haven’t been charged. Please tell the shop.";
    ErrorUpstreamUnavailable =
        "error-upstream-unavailable",
        "The payment service isn’t responding. You haven’t been charged. Try again in a minute.";
    ErrorInternal =
        "error-internal", "Something went wrong on our side. You haven’t been charged. Try again in a minute.";
    ErrorReference = "error-reference", "Error reference:";
    StatusVerifyingTitle = "status-verifying-title", "Checking your payment";
    StatusVerifyingLead = "status-verifying-lead", "This takes a moment. If you’ve paid, there’s no need to pay again.";
    StatusPendingTitle = "status-pending-title", "Your payment isn’t confirmed yet";
    StatusPendingLead =
        "status-pending-lead",
        "This can take a minute. If you’ve paid, there’s no need to pay again: check back here shortly.";
    StatusProcessingTitle = "status-processing-title", "Your payment is being processed";
    StatusProcessingLead = "status-processing-lead", "We’ll show the result here as soon as it’s ready.";
    StatusPaidTitle = "status-paid-title", "Payment received";
    StatusPaidLead = "status-paid-lead", "Thank you! Your receipt is on its way to your inbox.";
    ReceiptSent = "receipt-sent", "Thank you! We’ve sent your receipt to {email}.";
    StatusExpiredTitle = "status-expired-title", "This checkout has expired";
    StatusExpiredLead = "status-expired-lead", "You haven’t been charged. You can start again whenever you like.";
    StatusRefundedTitle = "status-refunded-title", "Payment refunded";
    StatusRefundedLead = "status-refunded-lead", "Your refund is on its way. Banks can take a few days to show it.";
    StatusDisputedTitle = "status-disputed-title", "Payment disputed";
    StatusDisputedLead =
        "status-disputed-lead", "Your bank is reviewing this payment. If you didn’t ask for that, contact the shop.";
    StatusNotGenuineTitle = "status-not-genuine-title", "We couldn’t verify this link";
    StatusNotGenuineLead =
        "status-not-genuine-lead",
        "This link is incomplete or has been changed, so we can’t show the order. Open the original link again, or \
         contact the shop with your receipt.";
    StatusUnreachableTitle = "status-unreachable-title", "We can’t check your payment right now";
    StatusUnreachableLead =
        "status-unreachable-lead",
        "If you’ve paid, your payment is safe and there’s no need to pay again. Check again in a minute.";
    MayClose = "may-close", "You can close this page.";
    KeepLooking = "keep-looking", "Still checking. You don’t need to do anything.";
    TakesLong = "takes-long", "This is taking longer than usual. Keep this reference so the shop can find your order.";
    StoppedTrying =
        "stopped-trying", "We’ve stopped checking for now. Keep this reference so the shop can find your order.";
    CheckAgain = "check-again", "Check again";
    Reference = "reference", "Reference";
    Paid = "paid", "Paid";
    Date = "date", "Date";
    LicenseKey = "license-key", "License key";
    Next = "next", "Continue";
    Manage = "manage", "Manage subscription";
    Amount = "amount", "Amount";
    OrderNumber = "order-number", "Order number";
    Copy = "copy", "Copy";
    Copied = "copied", "Copied";
    Close = "close", "Close";
    BackToShop = "back-to-shop", "Back to the shop";
    BackToCheckout = "back-to-checkout", "Back to checkout";
    Support = "support", "Support";
    Terms = "terms", "Terms";
    Privacy = "privacy", "Privacy";
    Refunds = "refunds", "Refunds";
    NotFoundTitle = "not-found-title", "Page not found";
    NotFoundLead = "not-found-lead", "The link may be mistyped or out of date.";
}

impl Text {
    /// The id, and the words in English.
    #[inline(never)]
    pub(super) fn line(self) -> (&'static str, &'static str) {
        TABLE.split('\n').nth(self as usize).and_then(|line| line.split_once(' ')).unwrap_or_default()
    }
}
