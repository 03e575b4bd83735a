import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { CreemCheckout } from "creem-checkout/react";

const SERVER = "https://pay.example/";

function Offer() {
  const [order, setOrder] = useState();
  return (
    <>
      <h1>Lifetime access</h1>
      <CreemCheckout
        server={SERVER}
        product="prod_1"
        payment="overlay"
        metadata={{ plan: "pro" }}
        onPaid={({ detail }) => setOrder(detail.order_id)}
      >
        <a href={`${SERVER}?product=prod_1`}>Buy</a>
      </CreemCheckout>
      {order && <p role="status">Thank you! Your order is {order}.</p>}
    </>
  );
}

createRoot(document.getElementById("app")).render(
  <StrictMode>
    <Offer />
  </StrictMode>,
);
