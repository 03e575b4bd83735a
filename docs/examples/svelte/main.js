import { mount } from "svelte";
import Offer from "./Offer.svelte";

mount(Offer, { target: document.getElementById("app") });
