// The map itself. `map.ts` asks for it when a person opens a map, and not before.

export * from "leaflet";
