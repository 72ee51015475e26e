/** What the browser tells a page about the world outside. The result ends the listening. */
export function listenToBrowser(networkBack: () => void): () => void {
  const restored = (event: PageTransitionEvent) => {
    if (event.persisted) location.reload(); // a page out of the browser's memory has no connections left
  };
  addEventListener("online", networkBack);
  addEventListener("pageshow", restored);
  return () => {
    removeEventListener("online", networkBack);
    removeEventListener("pageshow", restored);
  };
}
