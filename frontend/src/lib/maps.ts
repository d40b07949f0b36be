// Opening a map: fetch Leaflet and its styles from our own site, then draw plans or let a person point out a place.

import type * as Leaflet from "leaflet";

import { pickPoint } from "./pick-point";

type Library = typeof Leaflet;

interface PlanFeature {
  geometry: { coordinates: [number, number] };
  properties: { title: string; url: string; votes: string };
}

function addStyles(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(address)));
    document.head.append(link);
  });
}

export function pinIcon(library: Library): Leaflet.DivIcon {
  return library.divIcon({ className: "map__pin", iconAnchor: [22, 42], iconSize: [44, 44], popupAnchor: [0, -36] });
}

/** A map whose pictures do not come still shows the places. A person should know why it is grey. */
function tellWithoutPictures(tiles: Leaflet.TileLayer, status: HTMLElement, sentence: string): void {
  let came = false;
  tiles.on("tileload", () => {
    came = true;
  });
  // All pictures in sight came, or failed.
  tiles.once("load", () => {
    if (!came) status.textContent = sentence;
  });
}

function draw(library: Library, canvas: HTMLElement, status: HTMLElement, words: DOMStringMap): Leaflet.Map {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = library.map(canvas, {
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    // One finger scrolls the page; the wheel does too, until the map has the focus.
    scrollWheelZoom: false,
    zoomAnimation: !still,
    zoomControl: false,
  });
  map.setView([Number(words.latitude), Number(words.longitude)], Number(words.zoom));
  map.attributionControl.setPrefix(false);
  library.control.zoom({ zoomInTitle: words.zoomIn ?? "", zoomOutTitle: words.zoomOut ?? "" }).addTo(map);
  const tiles = library.tileLayer(words.tiles ?? "", { attribution: words.attribution ?? "", maxZoom: 19, minZoom: 6 });
  tellWithoutPictures(tiles, status, words.failed ?? "");
  tiles.addTo(map);
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return map;
}

/** Text of residents goes in as text, never as HTML. */
function popupOf({ properties }: PlanFeature): HTMLElement {
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = properties.url;
  link.textContent = properties.title;
  box.append(link);
  // Empty where votes are hidden until the count.
  if (properties.votes) {
    const line = document.createElement("p");
    line.textContent = properties.votes;
    box.append(line);
  }
  return box;
}

async function addPlans(library: Library, map: Leaflet.Map, source: string): Promise<void> {
  const response = await fetch(source, { headers: { Accept: "application/geo+json, application/json" } });
  if (!response.ok) throw new Error(source);
  const { features } = (await response.json()) as { features: PlanFeature[] };
  const icon = pinIcon(library);
  const markers = features.map((feature) => {
    const [longitude, latitude] = feature.geometry.coordinates;
    const marker = library.marker([latitude, longitude], { icon, keyboard: true });
    marker.bindPopup(popupOf(feature));
    marker.addTo(map);
    marker.getElement()?.setAttribute("aria-label", feature.properties.title);
    return marker;
  });
  if (markers.length > 0) map.fitBounds(library.featureGroup(markers).getBounds(), { maxZoom: 16, padding: [32, 32] });
}

export async function openMap(details: HTMLDetailsElement): Promise<void> {
  const words = details.dataset;
  const canvas = details.querySelector<HTMLElement>(".map__canvas");
  const status = details.querySelector<HTMLElement>(".map__status");
  if (!canvas || !status || details.dataset.drawn !== undefined) return;
  details.dataset.drawn = "";
  status.textContent = "";
  try {
    const [library] = await Promise.all([
      import(words.leaflet ?? "") as Promise<Library>,
      addStyles(words.style ?? ""),
    ]);
    const map = draw(library, canvas, status, words);
    if (words.pick !== undefined) pickPoint(library, map, details, status);
    else await addPlans(library, map, words.source ?? "");
  } catch {
    // Closing and opening it again is another try.
    delete details.dataset.drawn;
    status.textContent = words.failed ?? "";
  }
}
