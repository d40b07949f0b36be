// Pointing out one place: by a tap, or with the keyboard by marking the middle of the map.

import type * as Leaflet from "leaflet";

import { pinIcon } from "./maps";

type Library = typeof Leaflet;

// Five decimals are about one metre.
const DECIMALS = 5;

function input(id: string | undefined): HTMLInputElement | null {
  const found = id ? document.getElementById(id) : null;
  return found instanceof HTMLInputElement ? found : null;
}

export function pickPoint(
  library: Library,
  map: Leaflet.Map,
  details: HTMLDetailsElement,
  status: HTMLElement,
): void {
  const words = details.dataset;
  const latitude = input(words.latitudeInput);
  const longitude = input(words.longitudeInput);
  if (!latitude || !longitude) return;
  const marker = library.marker(map.getCenter(), { draggable: true, icon: pinIcon(library), keyboard: false });

  const show = (place: Leaflet.LatLngExpression): void => {
    marker.setLatLng(place).addTo(map);
    const pin = marker.getElement();
    pin?.setAttribute("role", "img");
    pin?.setAttribute("aria-label", words.marker ?? "");
  };
  const choose = (place: Leaflet.LatLng): void => {
    show(place);
    latitude.value = place.lat.toFixed(DECIMALS);
    longitude.value = place.lng.toFixed(DECIMALS);
    status.textContent = words.chosen ?? "";
    // So that the draft notices.
    latitude.dispatchEvent(new Event("change", { bubbles: true }));
  };

  if (latitude.value && longitude.value) {
    const place: [number, number] = [Number(latitude.value), Number(longitude.value)];
    show(place);
    map.setView(place);
  }
  map.on("click", (event) => choose(event.latlng));
  marker.on("dragend", () => choose(marker.getLatLng()));
  details.querySelector("[data-pick-middle]")?.addEventListener("click", () => choose(map.getCenter()));
  details.querySelector("[data-pick-clear]")?.addEventListener("click", () => {
    marker.remove();
    latitude.value = "";
    longitude.value = "";
    status.textContent = words.cleared ?? "";
    latitude.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
