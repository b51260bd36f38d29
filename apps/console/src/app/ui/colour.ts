/** The colour that a custom property has in the present theme: canvases do not understand `light-dark()`. */
export function resolveColour(within: HTMLElement, property: string): string {
  const probe = document.createElement('i');
  probe.hidden = true;
  probe.style.color = `var(${property})`;
  within.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
