//! Money: charging leaves an order and a transaction behind. Who is charged, how much and when is decided elsewhere.

use jiff::Timestamp;

use crate::clock::iso;
use crate::entity::{Kind, Mode, Order, Product, ProductPrice, Transaction, TransactionStatus};
use crate::money::price::Price;
use crate::world::World;

/// What is charged.
#[derive(Clone, Debug)]
pub(crate) struct Bill<'a> {
    pub(crate) product: &'a Product,
    pub(crate) customer_id: &'a str,
    pub(crate) checkout_id: &'a str,
    pub(crate) price: Price,
    pub(crate) discount_id: Option<&'a str>,
    /// For a recurring product: the subscription, and the period that is paid.
    pub(crate) period: Option<(&'a str, Timestamp, Timestamp)>,
}

/// What charging left behind.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    pub(crate) order_id: String,
    pub(crate) transaction_id: String,
}

impl World {
    /// Charges: an order that is paid, and the movement of money for it.
    pub(crate) fn charge(&mut self, bill: &Bill<'_>) -> Receipt {
        let receipt = Receipt { order_id: self.ids.next("ord_"), transaction_id: self.ids.next("tran_") };
        let affiliate = self.checkouts.get(bill.checkout_id).and_then(|checkout| checkout.affiliate_id.clone());
        if let Some(affiliate_id) = &affiliate {
            self.earn(bill, &receipt, affiliate_id);
        }
        let order = Order { affiliate, ..self.order(bill, &receipt) };
        let transaction = self.transaction(bill, &receipt);
        self.orders.push(order);
        self.transactions.push(transaction);
        receipt
    }

    fn order(&self, bill: &Bill<'_>, receipt: &Receipt) -> Order {
        let now = iso(self.now());
        Order {
            object: Kind::Order,
            id: receipt.order_id.clone(),
            customer: bill.customer_id.to_owned(),
            product: bill.product.id.clone(),
            amount: bill.price.subtotal,
            currency: bill.product.currency,
            sub_total: bill.price.subtotal,
            tax_amount: bill.price.tax,
            amount_due: bill.price.total,
            amount_paid: bill.price.total,
            status: "paid",
            kind: bill.product.billing_type,
            transaction: receipt.transaction_id.clone(),
            created_at: now.clone(),
            updated_at: now,
            mode: Mode::Test,
            discount: bill.discount_id.map(str::to_owned),
            discount_amount: bill.discount_id.map(|_| bill.price.discount),
            affiliate: None,
            checkout_id: bill.checkout_id.to_owned(),
        }
    }

    fn transaction(&self, bill: &Bill<'_>, receipt: &Receipt) -> Transaction {
        let customer = self.customers.get(bill.customer_id);
        let (kind, description) =
            if bill.period.is_some() { ("invoice", "Subscription payment") } else { ("payment", "Payment") };
        Transaction {
            id: receipt.transaction_id.clone(),
            object: Kind::Transaction,
            amount: bill.price.total,
            amount_paid: bill.price.total,
            discount_amount: (bill.price.discount > 0).then_some(bill.price.discount),
            currency: bill.product.currency,
            kind,
            tax_country: customer.and_then(|customer| customer.country.clone()),
            tax_amount: bill.price.tax,
            status: TransactionStatus::Paid,
            refunded_amount: None,
            order: receipt.order_id.clone(),
            subscription: bill.period.map(|(id, _, _)| id.to_owned()),
            customer: bill.customer_id.to_owned(),
            description,
            period_start: bill.period.map(|(_, start, _)| start.as_millisecond()),
            period_end: bill.period.map(|(_, _, end)| end.as_millisecond()),
            created_at: self.now().as_millisecond(),
            mode: Mode::Test,
            product_id: bill.product.id.clone(),
        }
    }

    /// The id of a product's price as it is now; made when it is first needed.
    pub(crate) fn price_id(&mut self, product_id: &str, amount: i64) -> String {
        let known = |price: &&ProductPrice| price.product_id == product_id && price.amount == amount;
        if let Some(price) = self.prices.iter().rev().find(known) {
            return price.id.clone();
        }
        let id = self.ids.next("pprice_");
        self.prices.push(ProductPrice { id: id.clone(), product_id: product_id.to_owned(), amount });
        id
    }
}
