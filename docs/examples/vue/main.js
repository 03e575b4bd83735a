import { createApp } from "vue";
import Offer from "./Offer.vue";

createApp(Offer).mount("#app");
