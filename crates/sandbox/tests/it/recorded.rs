//! A recorded session of the sandbox, played again: every answer must be the recorded one, to the byte.
//!
//! Needs `reqwest` and `tokio`. The sandbox is at `SANDBOX`, or at its usual address.

/// Method, path, headers, body, status (0 for no answer), answer.
type Step = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, u16, &'static str);

const STEPS: &[Step] = &[
    (
        "POST",
        "/_sandbox/reset",
        &[("content-type", "application/json")],
        "{}",
        200,
        "{}",
    ),
    (
        "POST",
        "/_sandbox/clock",
        &[("content-type", "application/json")],
        r#"{"set":"2026-12-01T00:00:00.000Z","freeze":true}"#,
        200,
        r#"{"now":"2026-12-01T00:00:00.000Z","frozen":true}"#,
    ),
    (
        "GET",
        "/V1/nothing",
        &[("x-api-key", "creem_test_sandbox"), ("content-type", "application/json")],
        "",
        404,
        r#"{"message":"Cannot GET /V1/nothing","error":"Not Found","statusCode":404}"#,
    ),
    (
        "POST",
        "/v1/checkouts",
        &[("x-api-key", "creem_test_sandbox"), ("content-type", "application/json")],
        r#"{"product_id":"prod_SandboxProMonthly00001","request_id":"it's","success_url":"https://shop.example/\"thanks\""}"#,
        200,
        r#"{"id":"ch_kQaWtgmtaEpllLKIku4uYQ","object":"checkout","request_id":"it's","product":"prod_SandboxProMonthly00001","units":1,"checkout_url":"{sandbox}/test/checkout/prod_SandboxProMonthly00001/ch_kQaWtgmtaEpllLKIku4uYQ","success_url":"https://shop.example/\"thanks\"","status":"pending","mode":"test"}"#,
    ),
    (
        "POST",
        "/_sandbox/checkouts/ch_kQaWtgmtaEpllLKIku4uYQ/pay",
        &[("x-api-key", "creem_test_sandbox"), ("content-type", "application/json")],
        r#"{"card":"4507990000000028"}"#,
        402,
        r#"{"error":{"code":"card_declined","message":"Your card was declined. Try another card."}}"#,
    ),
    (
        "POST",
        "/_sandbox/checkouts/ch_kQaWtgmtaEpllLKIku4uYQ/pay",
        &[("x-api-key", "creem_test_sandbox"), ("content-type", "application/json")],
        r#"{"email":"ada@example.com"}"#,
        200,
        r#"{"return_url":"https://shop.example/%22thanks%22?request_id=it%27s&checkout_id=ch_kQaWtgmtaEpllLKIku4uYQ&order_id=ord_djcYmL7QyepwCiilKU1QQ8&customer_id=cust_MhnI424HGeKnAJoYgTLsni&subscription_id=sub_c8RNabCfcBgTqVMHfN4lYP&product_id=prod_SandboxProMonthly00001&signature=06d0229757f9e23969376662b5d5ffb910e683837e2077bcc8770ec0d125d744"}"#,
    ),
    (
        "POST",
        "/_sandbox/clock",
        &[("x-api-key", "creem_test_sandbox"), ("content-type", "application/json")],
        r#"{"advance_seconds":2678400}"#,
        200,
        r#"{"now":"2027-01-01T00:00:00.000Z","frozen":true}"#,
    ),
    (
        "GET",
        "/v1/transactions/search",
        &[("x-api-key", "creem_test_sandbox"), ("content-type", "application/json")],
        "",
        200,
        r#"{"items":[{"id":"tran_9wqWeJzNAi3Iodv4ziRasJ","object":"transaction","amount":1500,"amount_paid":1500,"currency":"USD","type":"invoice","tax_country":"US","tax_amount":0,"status":"paid","refunded_amount":null,"order":"ord_KgE47WYrrfBRozYIiGFuxE","subscription":"sub_c8RNabCfcBgTqVMHfN4lYP","customer":"cust_MhnI424HGeKnAJoYgTLsni","description":"Subscription payment","period_start":1798761600000,"period_end":1801440000000,"created_at":1798761600000,"mode":"test"},{"id":"tran_hTJLydd4Gn8oEn6rINuGrC","object":"transaction","amount":1500,"amount_paid":1500,"currency":"USD","type":"invoice","tax_country":"US","tax_amount":0,"status":"paid","refunded_amount":null,"order":"ord_djcYmL7QyepwCiilKU1QQ8","subscription":"sub_c8RNabCfcBgTqVMHfN4lYP","customer":"cust_MhnI424HGeKnAJoYgTLsni","description":"Subscription payment","period_start":1796083200000,"period_end":1798761600000,"created_at":1796083200000,"mode":"test"}],"pagination":{"total_records":2,"total_pages":1,"current_page":1,"next_page":null,"prev_page":null}}"#,
    ),
    (
        "POST",
        "/v1/checkouts",
        &[("x-api-key", "creem_test_sandbox"), ("content-type", "application/json")],
        r#"{"product_id":"prod_none"}"#,
        404,
        r#"{"trace_id":"bb245791-fcb7-4c7c-94fd-f39bc88c2473","status":404,"error":"Bad Request","message":["Product not found"],"timestamp":1798761600000}"#,
    ),
    (
        "POST",
        "/_sandbox/switches?back=%2F%23switches",
        &[("content-type", "application/x-www-form-urlencoded")],
        "refund_id=true",
        303,
        "",
    ),
];

/// Plays the session in the sandbox at this address.
pub async fn replay(sandbox: &str) {
    let sandbox = sandbox.trim_end_matches('/');
    let here = |text: &str| text.replace("{sandbox}", sandbox);
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    for (method, path, headers, body, status, answer) in STEPS {
        let mut request = client.request(method.parse().expect("a method"), format!("{sandbox}{path}"));
        for (name, value) in *headers {
            request = request.header(*name, *value);
        }
        let asked = request.body(here(body)).send().await;
        if *status == 0 {
            assert!(asked.is_err(), "{method} {path} has no answer");
            continue;
        }
        let got = asked.expect("an answer");
        let got_status = got.status().as_u16();
        assert_eq!((got_status, got.text().await.expect("text")), (*status, here(answer)), "{method} {path}");
    }
}
